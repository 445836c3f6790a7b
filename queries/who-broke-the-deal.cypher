// title: Who broke the Geneva consensus, and who says so
// description: Every alleged violation with each claimant and whether they assert or deny it.
// param claimant: string = null -- only claims by this government, or by the government of this country
MATCH (x)-[r:VIOLATED]->(deal:Agreement), (who)-[c:ASSERTS|DENIES]->[r]
OPTIONAL MATCH (who)-[:GOVERNS]->(country:Country)
WITH x, deal, who, c, country
WHERE $claimant IS NULL OR who.name = $claimant OR country.name = $claimant
RETURN who.name AS claimant, type(c) AS says, x.name AS violator, deal.name AS agreement, c.locator AS at
ORDER BY claimant, says, violator;
