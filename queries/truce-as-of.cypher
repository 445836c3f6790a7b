// title: The truce as it stood on a day
// description: Which agreements and measures are there on that day, and how many breaches are alleged to last then.
// param day: date = '2025-06-01' -- the day to look at
MATCH (x)
WHERE (x:Agreement OR x:Measure) AND x.valid_from <= $day AND (x.valid_to IS NULL OR $day < x.valid_to)
OPTIONAL MATCH (violator)-[v:VIOLATED]->(x)
WHERE v.valid_from <= $day AND (v.valid_to IS NULL OR $day < v.valid_to)
WITH x, count(v) AS breaches
OPTIONAL MATCH (newer:Agreement)-[s:SOLIDIFIES]->(x)
WHERE s.valid_from <= $day
RETURN labels(x)[0] AS kind, x.name AS name, x.valid_from AS since, breaches AS alleged_breaches,
       CASE WHEN newer IS NOT NULL THEN 'restored by ' + newer.name
            WHEN breaches > 0 THEN 'disputed'
            WHEN x.status IS NOT NULL THEN x.status
            ELSE 'in force' END AS state
ORDER BY kind, since, name;
