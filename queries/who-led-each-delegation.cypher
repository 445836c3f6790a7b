// title: Who led each delegation
// description: The head of each side in London, the office that person holds, and where the paper says so.
MATCH (leader:Person)-[r:LEADS]->(delegation:Delegation), (leader)-[office:HOLDS_OFFICE]->()
OPTIONAL MATCH (who)-[c:ASSERTS]->[r]
RETURN delegation.name AS delegation, leader.name AS leader, office.office AS office,
       who.name AS according_to, c.locator AS at
ORDER BY delegation;
