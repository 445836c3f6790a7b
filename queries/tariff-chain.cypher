// title: The chain of measure and counter-measure
// description: Which measure answers which, who imposed it, and what it hits, from the first tariff on.
MATCH p = (measure:Measure)-[:RESPONDS_TO*0..5]->(:Tariff)
MATCH (side:Country)-[:IMPOSED]->(measure)
OPTIONAL MATCH (measure)-[:RESPONDS_TO]->(cause:Measure)
OPTIONAL MATCH (measure)-[:RESTRICTS]->(good:Good)
WITH length(p) AS step, side, measure, cause, good
ORDER BY step, good.name
RETURN step, side.name AS imposed_by, measure.name AS measure, cause.name AS in_answer_to,
       collect(good.name) AS goods
ORDER BY step;
