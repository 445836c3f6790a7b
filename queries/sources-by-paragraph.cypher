// title: What each paragraph supports
// description: The claims that cite the source, paragraph by paragraph.
// param first: integer = 1 -- the first paragraph
// param last: integer = 17 -- the last paragraph
MATCH (x)-[r]->(y), (who)-[c:ASSERTS|DENIES]->[r], [c]-[cite:CITED_IN]->(:Source)
WHERE $first <= cite.paragraph AND cite.paragraph <= $last
RETURN cite.paragraph AS paragraph, who.name AS who, type(c) AS says, coalesce(x.name, x.title) AS subject,
       type(r) AS statement, coalesce(y.name, y.title) AS object
ORDER BY paragraph, who, subject, statement, object;
