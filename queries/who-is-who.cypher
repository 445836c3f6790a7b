// title: Who is who
// description: The people, what they do, and how many statements they appear in and make.
MATCH (p:Person)
OPTIONAL MATCH (p)-[r]-()
WITH p, count(r) AS statements
OPTIONAL MATCH (p)-[c:ASSERTS|DENIES]->[claimed]
RETURN p.name AS name, p.role AS role, statements, count(c) AS claims
ORDER BY name;
