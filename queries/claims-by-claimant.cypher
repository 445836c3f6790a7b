// title: How much each claimant says
// description: The number of statements that each claimant asserts and denies in person, and reports of others.
MATCH (who)-[c:ASSERTS|DENIES]->[said]
RETURN who.name AS claimant,
       sum(CASE WHEN type(c) = 'ASSERTS' AND NOT type(said) IN ['ASSERTS', 'DENIES'] THEN 1 ELSE 0 END) AS asserts,
       sum(CASE WHEN type(c) = 'DENIES' THEN 1 ELSE 0 END) AS denies,
       sum(CASE WHEN type(said) IN ['ASSERTS', 'DENIES'] THEN 1 ELSE 0 END) AS reports
ORDER BY asserts + reports DESC, claimant;
