// title: Disputed statements
// description: What somebody denies, with everybody who asserts it (nobody may).
MATCH (x)-[r]->(y), (denier)-[d:DENIES]->[r]
OPTIONAL MATCH (asserter)-[:ASSERTS]->[r]
RETURN x.name AS subject, type(r) AS statement, y.name AS object,
       collect(DISTINCT asserter.name) AS asserted_by, collect(DISTINCT denier.name) AS denied_by
ORDER BY subject, object;
