// title: What Li Chenggang said, and through whom we know
// description: Each of his statements with the chain of reporters between him and the reader.
// param speaker: string = 'Li Chenggang' -- whose words
MATCH (x)-[statement]->(y), (li:Person {name: $speaker})-[claim:ASSERTS|DENIES]->[statement]
MATCH (reporter)-[report:ASSERTS]->[claim]
OPTIONAL MATCH (relay)-[:ASSERTS]->[report]
RETURN x.name AS subject, type(statement) AS statement, coalesce(y.name, y.title) AS object,
       type(claim) AS says, reporter.name AS reported_by, relay.name AS relayed_by
ORDER BY subject, statement, object, reported_by;
