// title: What rests on one claimant's word alone
// description: The statements that this claimant asserts and nobody else does.
// param claimant: string = 'Howard Lutnick' -- whose word
MATCH (x)-[r]->(y), (who {name: $claimant})-[c:ASSERTS]->[r]
WHERE NOT EXISTS { MATCH (other)-[:ASSERTS]->[r] WHERE other <> who }
RETURN coalesce(x.name, x.title) AS subject, type(r) AS statement, coalesce(y.name, y.title) AS object,
       c.locator AS at
ORDER BY at, subject, object;
