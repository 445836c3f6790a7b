// title: Which goods are restricted by whom
// description: Every restricted good with the measure that restricts it and the country behind it.
// param country: string = null -- only measures of this country
MATCH (side:Country)-[:IMPOSED]->(m:Measure)-[:RESTRICTS]->(g:Good)
WHERE $country IS NULL OR side.name = $country
RETURN side.name AS country, m.name AS measure, g.name AS good, m.valid_from AS since, m.date_basis AS date_basis
ORDER BY country, good;
