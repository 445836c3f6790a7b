// title: The shortest path between two things
// description: How two named things hang together, over at most five steps.
// param from: string = 'rare-earth magnets' -- where the path begins
// param to: string = 'Lancaster House' -- where it ends
MATCH p = (a {name: $from})-[*1..5]-(b {name: $to})
WITH p, [n IN nodes(p) | coalesce(n.name, n.title)] AS names
ORDER BY length(p), names
LIMIT 1
RETURN length(p) AS steps, names, [r IN relationships(p) | type(r)] AS types;
