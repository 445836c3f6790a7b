// title: Everything around one thing
// description: What is within two steps of a named thing, nearest first.
// param name: string = 'He Lifeng' -- the name of a person, place, measure or anything else
MATCH p = (centre {name: $name})-[*1..2]-(other)
WHERE other <> centre
RETURN min(length(p)) AS steps, labels(other)[0] AS kind, coalesce(other.name, other.title) AS name,
       count(*) AS paths
ORDER BY steps, kind, name;
