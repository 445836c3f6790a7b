Feature: Quantified relationships and path patterns

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:Stop {name: 'a'}), (b:Stop {name: 'b'}), (c:Stop {name: 'c'}), (d:Stop:End {name: 'd'}),
             (a)-[:RAIL {km: 1}]->(b), (b)-[:RAIL {km: 2}]->(c), (c)-[:RAIL {km: 3}]->(d),
             (a)-[:RAIL {km: 9}]->(d), (d)-[:RAIL {km: 4}]->(a), (b)-[:LOOP {km: 5}]->(b),
             (a)-[:ROAD {km: 6}]->(b)
      """

  Scenario: A quantified relationship is a list outside
    When executing query:
      """
      MATCH ({name: 'a'})-[r:RAIL]->{1,2}(y) RETURN y.name AS y, [e IN r | e.km] AS km
      """
    Then the result should be, in any order:
      | y   | km     |
      | 'b' | [1]    |
      | 'c' | [1, 2] |
      | 'd' | [9]    |
      | 'a' | [9, 4] |
    And no side effects

  Scenario Outline: The quantifiers
    When executing query:
      """
      MATCH ({name: 'a'})-[r:RAIL]-><quantifier>(y {name: 'd'}) RETURN size(r) AS hops
      """
    Then the result should be, in any order:
      | hops |
      | 1    |
      | 3    |
    And no side effects

    Examples:
      | quantifier |
      | {,3}       |
      | {,4}       |
      | {0,3}      |
      | {1,3}      |

  Scenario Outline: The quantifiers without a limit
    When executing query:
      """
      MATCH ({name: 'a'})-[r:RAIL]-><quantifier>(y {name: 'd'}) RETURN size(r) AS hops
      """
    Then the result should be, in any order:
      | hops |
      | 1    |
      | 3    |
      | 5    |
      | 5    |
    And no side effects

    Examples:
      | quantifier |
      | +          |
      | *          |
      | {1,}       |
      | {,}        |

  Scenario Outline: A quantifier of one number, and zero repetitions
    When executing query:
      """
      MATCH ({name: 'a'})<pattern>(y) RETURN y.name AS y
      """
    Then the result should be, in any order:
      | y   |
      | <y> |
    And no side effects

    Examples:
      | pattern                       | y   |
      | -[:RAIL {km: 1}]->{1}         | 'b' |
      | -[:NOTHING]->*                | 'a' |
      | -[:NOTHING]->{0,4}            | 'a' |
      | ((x)-[:NOTHING]->(y1)){0,4}   | 'a' |

  Scenario: A quantified relationship and one of variable length find the same
    When executing query:
      """
      MATCH p = (:Stop)-->{0,3}(:Stop)
      WITH collect(p) AS quantified
      MATCH p = (:Stop)-[*0..3]->(:Stop)
      WITH quantified, collect(p) AS starred
      RETURN size(quantified) = size(starred) AND all(p IN quantified WHERE p IN starred) AS same
      """
    Then the result should be, in any order:
      | same |
      | true |
    And no side effects

  Scenario: Group variables are lists outside and elements inside
    When executing query:
      """
      MATCH ({name: 'a'}) ((x)-[r:RAIL]->(y) WHERE r.km < 5 AND x.name < y.name){1,3} (z)
      RETURN z.name AS z, [n IN x | n.name] AS x, [n IN y | n.name] AS y, [e IN r | e.km] AS km
      """
    Then the result should be, in any order:
      | z   | x               | y               | km        |
      | 'b' | ['a']           | ['b']           | [1]       |
      | 'c' | ['a', 'b']      | ['b', 'c']      | [1, 2]    |
      | 'd' | ['a', 'b', 'c'] | ['b', 'c', 'd'] | [1, 2, 3] |
    And no side effects

  Scenario: A condition on each of several relationships
    When executing query:
      """
      MATCH ({name: 'a'})-[r WHERE r.km < 4]->+(y) RETURN y.name AS y, [e IN r | e.km] AS km
      """
    Then the result should be, in any order:
      | y   | km        |
      | 'b' | [1]       |
      | 'c' | [1, 2]    |
      | 'd' | [1, 2, 3] |
    And no side effects

  Scenario: A part of several relationships, labels and properties within
    When executing query:
      """
      MATCH (s {name: 'a'}) ((x:Stop)-[r]->(m {name: 'b'})<-[q:ROAD|RAIL]-(y:!End))+ (t)
      RETURN t.name AS t, [e IN r | e.km] AS r, [e IN q | e.km] AS q
      """
    Then the result should be, in any order:
      | t   | r   | q   |
      | 'a' | [1] | [6] |
      | 'a' | [6] | [1] |
    And no side effects

  Scenario: Zero repetitions leave the lists empty
    When executing query:
      """
      MATCH p = (s {name: 'b'}) ((x)-[r:LOOP]->(y))* (t)
      RETURN x = [] AS empty, size(r) AS r, length(p) AS length, s = t AS same
      """
    Then the result should be, in any order:
      | empty | r | length | same |
      | true  | 0 | 0      | true |
      | false | 1 | 1      | true |
    And no side effects

  Scenario: Either direction meets a loop once and no relationship twice
    When executing query:
      """
      MATCH (s {name: 'b'}) ((x)-[r:LOOP|ROAD]-(y))+ (t) RETURN t.name AS t, [e IN r | e.km] AS km
      """
    Then the result should be, in any order:
      | t   | km     |
      | 'b' | [5]    |
      | 'a' | [5, 6] |
      | 'a' | [6]    |
    And no side effects

  Scenario: The path goes through all parts
    When executing query:
      """
      MATCH p = (s:End)-[:RAIL]->(a) ((x)-[:RAIL]->(y)){2} (t)-[:RAIL]->(e)
      RETURN [n IN nodes(p) | n.name] AS nodes, length(p) AS length
      """
    Then the result should be, in any order:
      | nodes                     | length |
      | ['d', 'a', 'b', 'c', 'd'] | 4      |
    And no side effects

  Scenario: Two parts side by side
    When executing query:
      """
      MATCH ({name: 'a'}) ((x)-[:RAIL]->(y))+ ((u)-[:LOOP]->(v))+ (t)
      RETURN [n IN x | n.name] AS x, [n IN u | n.name] AS u, t.name AS t
      """
    Then the result should be, in any order:
      | x               | u     | t   |
      | ['a']           | ['b'] | 'b' |
      | ['a', 'd', 'a'] | ['b'] | 'b' |
    And no side effects

  Scenario: A part on its own begins and ends at nodes without names
    When executing query:
      """
      MATCH ((x {name: 'a'})-[:RAIL {km: 1}]->(y)){1} RETURN [n IN y | n.name] AS y
      """
    Then the result should be, in any order:
      | y     |
      | ['b'] |
    And no side effects

  Scenario: Relationships of a part differ from all others of the MATCH
    When executing query:
      """
      MATCH (s {name: 'a'}) ((x)-[r:RAIL]->(y))+ (t {name: 'd'}), (s)-[q:RAIL {km: 9}]->(t)
      RETURN size(r) AS hops
      """
    Then the result should be, in any order:
      | hops |
      | 3    |
    And no side effects

  Scenario: The values of earlier clauses can be read within
    Given parameters are:
      | most | 3 |
    When executing query:
      """
      MATCH (s {name: 'a'})
      UNWIND [2, $most] AS most
      MATCH (s) ((x)-[r]->(y) WHERE r.km < most)+ (t)
      RETURN most, collect(t.name) AS reached
      """
    Then the result should be (ignoring element order for lists):
      | most | reached    |
      | 2    | ['b']      |
      | 3    | ['b', 'c'] |
    And no side effects

  Scenario: OPTIONAL MATCH without a match, and null as an end
    When executing query:
      """
      OPTIONAL MATCH (s {name: 'none'})
      OPTIONAL MATCH (s) ((x)-[r:RAIL]->(y))+ (t)
      RETURN s, x, r, t
      """
    Then the result should be, in any order:
      | s    | x    | r    | t    |
      | null | null | null | null |
    And no side effects

  Scenario: Inside of subqueries and comprehensions
    When executing query:
      """
      MATCH (s:Stop)
      RETURN s.name AS s,
             EXISTS { (s) ((x)-[r:RAIL]->(y) WHERE r.km < 4)+ (:End) } AS reaches,
             COUNT { (s)-[:RAIL]->{2}(t) } AS pairs,
             COLLECT { MATCH (s) ((x)-[:RAIL WHERE true]->(y)){2} (t) RETURN t.name } AS ends,
             size([(s)-[:RAIL]->{1,2}(t) | t]) AS near
      """
    Then the result should be (ignoring element order for lists):
      | s   | reaches | pairs | ends       | near |
      | 'a' | true    | 2     | ['c', 'a'] | 4    |
      | 'b' | true    | 1     | ['d']      | 2    |
      | 'c' | true    | 1     | ['a']      | 2    |
      | 'd' | false   | 2     | ['b', 'd'] | 3    |
    And no side effects

  Scenario: A predicate with a quantified relationship
    When executing query:
      """
      MATCH (s:Stop) WHERE (s)-[:RAIL]->{3}(:End) RETURN s.name AS s
      """
    Then the result should be, in any order:
      | s   |
      | 'a' |
      | 'c' |
    And no side effects

  Scenario: A subquery within the condition of a part
    When executing query:
      """
      MATCH ({name: 'a'}) ((x)-[:RAIL]->(y) WHERE EXISTS { (y)-[:LOOP]->(y) })+ (t) RETURN t.name AS t
      """
    Then the result should be, in any order:
      | t   |
      | 'b' |
    And no side effects

  Scenario: Brackets without a quantifier
    When executing query:
      """
      MATCH ((s {name: 'a'})-[r]->(t) WHERE r.km > t.missing OR r.km > 5), (((t)-[q]->(u)))
      RETURN r.km AS r, q.km AS q
      """
    Then the result should be, in any order:
      | r | q |
      | 9 | 4 |
      | 6 | 2 |
      | 6 | 5 |
    And no side effects

  Scenario: Neighbouring nodes are one
    When executing query:
      """
      MATCH (s {name: 'a'}) ((t:Stop)-[:ROAD]->(u)) (v) RETURN s = t AS same, u = v AS last, v.name AS v
      """
    Then the result should be, in any order:
      | same | last | v   |
      | true | true | 'b' |
    And no side effects

  Scenario: A search from the right end gives lists in the order of the text
    When executing query:
      """
      MATCH (t:End {name: 'd'})
      MATCH (s {name: 'a'}) ((x)-[r:RAIL WHERE r.km < 9]->(y))+ (t)
      RETURN [n IN x | n.name] AS x, [e IN r | e.km] AS km
      """
    Then the result should be, in any order:
      | x               | km        |
      | ['a', 'b', 'c'] | [1, 2, 3] |
    And no side effects

  Scenario: Relationships as ends
    And having executed:
      """
      MATCH (a {name: 'a'}), ()-[s:ROAD]->() CREATE (a)-[:ASSERTS]->[s]
      """
    When executing query:
      """
      MATCH (c {name: 'c'})-[r]->{1,3}[s:ROAD] RETURN size(r) AS hops, s.km AS km
      """
    Then the result should be, in any order:
      | hops | km |
      | 3    | 6  |
    And no side effects

  Scenario Outline: Relationships as ends of what is repeated under a condition
    And having executed:
      """
      MATCH (a {name: 'a'}), (b {name: 'b'}), (d {name: 'd'}), ()-[s:ROAD]->(), ()-[t:RAIL {km: 9}]->()
      CREATE (a)-[:SAYS {km: 7}]->[s], (b)-[:SAYS {km: 2}]->[s], (d)-[:SAYS {km: 8}]->[t],
             [s]-[:CITES {km: 3}]->(d), [s]-[:CITES {km: 1}]->[t]
      """
    When executing query:
      """
      MATCH <pattern> RETURN [e IN r | e.km] AS km, s.km AS s
      """
    Then the result should be, in any order:
      | km        | s |
      | [1, 2, 3, 8] | 9 |
      | [9, 8]    | 9 |
    And no side effects

    Examples:
      | pattern                                                                    |
      | ({name: 'a'})-[r:RAIL\|SAYS\|CITES WHERE r.km <> 7]->{2,4}[s:RAIL]          |
      | [s:RAIL]<-[r2:RAIL\|SAYS WHERE r2.km <> 7]-{2,4}({name: 'a'}) LET r = reverse(r2) |
      | ACYCLIC ({name: 'a'})-[r:$any(['RAIL', 'SAYS']) WHERE r.km <> 7]->+[s:RAIL] FILTER size(r) > 1 |
      | SHORTEST 2 ({name: 'a'})-[r:RAIL\|SAYS WHERE r.km <> 7]->+[s:RAIL]         |

  Scenario: From a relationship, over nodes, to a relationship, under a condition
    And having executed:
      """
      MATCH (c {name: 'c'}), (d {name: 'd'}), ()-[s:ROAD]->(), ()-[t:RAIL {km: 9}]->()
      CREATE [s]-[:CITES {km: 3}]->(d), [s]-[:CITES {km: 5}]->[t], [t]-[:CITES {km: 6}]->(c),
             (c)-[:SAYS {km: 8}]->[t]
      """
    When executing query:
      """
      MATCH [s:ROAD]-[r WHERE r.km > 2 AND r.km < 9]->{1,3}[t]
      RETURN [e IN r | e.km] AS km, t.km AS t
      UNION ALL
      MATCH [t]<-[r WHERE r.km > 2 AND r.km < 9]-{1,3}[s:ROAD]
      RETURN [e IN r | e.km] AS km, -t.km AS t
      """
    Then the result should be, in any order:
      | km  | t  |
      | [5] | 9  |
      | [5] | -9 |
    And no side effects

  Scenario: A condition on repeated relationships may look at the graph and at earlier clauses
    And having executed:
      """
      MATCH (a {name: 'a'}), ()-[s:ROAD]->() CREATE (a)-[:SAYS {km: 7}]->[s], (:Source {name: 'x'})-[:SAYS {km: 1}]->[s]
      """
    When executing query:
      """
      WITH 5 AS least
      MATCH (x)-[r:SAYS WHERE r.km > least AND EXISTS { ()-[:SAYS {km: r.km - 6}]->[] }]->{1,2}[s]
      WHERE all(one IN r WHERE one.km < 8)
      RETURN x.name AS x, size(r) AS hops, s.km AS km
      """
    Then the result should be, in any order:
      | x   | hops | km |
      | 'a' | 1    | 6  |
    And no side effects

  Scenario: OPTIONAL MATCH of repeated relationships that end at nothing
    When executing query:
      """
      OPTIONAL MATCH (x)-[r:RAIL WHERE r.km > 1]->{1,2}[s] RETURN x, r, s
      """
    Then the result should be, in any order:
      | x    | r    | s    |
      | null | null | null |
    And no side effects

  Scenario: What may be missing leaves its name without a value
    When executing query:
      """
      MATCH ({name: 'c'})-[r:RAIL]->?(y) RETURN y.name AS y, r.km AS km, r IS NULL AS missing
      """
    Then the result should be, in any order:
      | y   | km   | missing |
      | 'c' | null | true    |
      | 'd' | 3    | false   |
    And no side effects

  Scenario: A part in brackets that may be missing
    When executing query:
      """
      MATCH ({name: 'c'}) ((x)-[r:RAIL]->(y)-[s:RAIL]->(z) WHERE r.km < s.km)? (end)
      RETURN x.name AS x, r.km AS r, y.name AS y, s.km AS s, z.name AS z, end.name AS end
      """
    Then the result should be, in any order:
      | x    | r    | y    | s    | z    | end |
      | null | null | null | null | null | 'c' |
      | 'c'  | 3    | 'd'  | 4    | 'a'  | 'a' |
    And no side effects

  Scenario: What may be missing, from its other end, in a path and between others
    When executing query:
      """
      MATCH p = (z)-[r:RAIL WHERE r.km < 9]->?({name: 'b'}) RETURN z.name AS z, r.km AS r, length(p) AS hops
      UNION ALL
      MATCH p = ANY SHORTEST ({name: 'a'})-[r:ROAD]->?()-[s:RAIL]->(z {name: 'c'})
      RETURN z.name AS z, r.km AS r, length(p) AS hops
      UNION ALL
      MATCH p = (:End)-[:RAIL]->?(x {name: 'a'})-[r:ROAD]->?(z:Stop&!End) RETURN z.name AS z, r.km AS r, length(p) AS hops
      """
    Then the result should be, in any order:
      | z   | r    | hops |
      | 'b' | null | 0    |
      | 'a' | 1    | 1    |
      | 'c' | 6    | 2    |
      | 'a' | null | 1    |
      | 'b' | 6    | 2    |
    And no side effects

  Scenario: What may be missing in a predicate, a subquery and OPTIONAL MATCH
    When executing query:
      """
      MATCH (s:Stop) WHERE (s)-[:ROAD]->?({name: 'b'})
      OPTIONAL MATCH (s)-[r:ROAD]->?(t:End)
      RETURN s.name AS s, COUNT { (s)-[:RAIL]->?() } AS ways, r, t
      """
    Then the result should be, in any order:
      | s   | ways | r    | t    |
      | 'a' | 3    | null | null |
      | 'b' | 2    | null | null |
    And no side effects

  Scenario: A part of a path has a name of its own
    When executing query:
      """
      MATCH whole = (part = ({name: 'a'})-[:ROAD]->(b)) ()-[:RAIL]->(c) (rest = ()-[:RAIL]->(d) WHERE length(part) = 1)
      RETURN [n IN nodes(part) | n.name] AS part, [n IN nodes(rest) | n.name] AS rest, length(whole) AS hops
      """
    Then the result should be, in any order:
      | part       | rest       | hops |
      | ['a', 'b'] | ['c', 'd'] | 3    |
    And no side effects

  Scenario: The paths of all repetitions
    When executing query:
      """
      MATCH ({name: 'a'}) (p = (x)-[r:RAIL]->(y) WHERE r.km < 4){0,2} (end)
      RETURN [one IN p | [n IN nodes(one) | n.name] + [e IN relationships(one) | e.km]] AS paths, end.name AS end
      """
    Then the result should be, in any order:
      | paths                        | end |
      | []                           | 'a' |
      | [['a', 'b', 1]]              | 'b' |
      | [['a', 'b', 1], ['b', 'c', 2]] | 'c' |
    And no side effects

  Scenario: The path of what may be missing, found from either end and by a selector
    When executing query:
      """
      MATCH (z) (p = (x)-[:ROAD]->(y))? ({name: 'b'}) RETURN z.name AS z, length(p) AS hops
      UNION ALL
      MATCH ANY SHORTEST ({name: 'a'}) (p = ()-[:RAIL]->()-[:RAIL]->()){1,2} (z {name: 'c'}) RETURN z.name AS z, size(p) AS hops
      """
    Then the result should be, in any order:
      | z   | hops |
      | 'b' | null |
      | 'a' | 1    |
      | 'c' | 1    |
    And no side effects

  Scenario: Words of path patterns stay names
    When executing query:
      """
      MATCH any = (all {name: 'a'})-[shortest:RAIL]->(walk), trail = (path)-[simple:ROAD]->(acyclic)
      RETURN length(any) AS any, shortest.km AS groups, any(x IN [1] WHERE x = 1) AS paths,
             all(x IN [1] WHERE x = 2) AS different
      """
    Then the result should be, in any order:
      | any | groups | paths | different |
      | 1   | 1      | true  | false     |
      | 1   | 9      | true  | false     |
    And no side effects

  Scenario Outline: What cannot be repeated
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: <code>

    Examples:
      | query                                                             | code                           |
      | MATCH (a) (((x)-->(y))+ (z)-->(u)){2} (b) RETURN a                | InvalidRelationshipPattern     |
      | MATCH (a) ((x)-[*]->(y)){2} (b) RETURN a                          | InvalidRelationshipPattern     |
      | MATCH (a) ((x)-->+(y)){2} (b) RETURN a                            | InvalidRelationshipPattern     |
      | MATCH (a) ((x)){2} (b) RETURN a                                   | InvalidRelationshipPattern     |
      | MATCH (a)-[*1..2]->{2}(b) RETURN a                                | InvalidRelationshipPattern     |
      | MATCH (a)-->{0}(b) RETURN a                                       | InvalidRelationshipPattern     |
      | MATCH (a)-->{3,1}(b) RETURN a                                     | InvalidRelationshipPattern     |
      | MATCH (a)-->{}(b) RETURN a                                        | UnexpectedSyntax               |
      | MATCH (a)-->{-1}(b) RETURN a                                      | UnexpectedSyntax               |
      | MATCH (a)-->((x)-->(y))+(b) RETURN a                              | InvalidRelationshipPattern     |
      | MATCH ((x)-->(y))+-->(b) RETURN b                                 | InvalidRelationshipPattern     |
      | MATCH (x) ((x)-->(y))+ (b) RETURN b                               | VariableAlreadyBound           |
      | MATCH (a) ((x)-->(y))+ (x) RETURN a                               | VariableTypeConflict           |
      | MATCH (a) ((x)-->(y))+ (b) ((x)-->(z))+ (c) RETURN a              | VariableAlreadyBound           |
      | MATCH (x) MATCH (a) ((x)-->(y))+ (b) RETURN a                     | VariableAlreadyBound           |
      | MATCH (a) ((x)-[x]->(y))+ (b) RETURN a                            | VariableTypeConflict           |
      | MATCH (a) ((x)-[r]->(y)-[r]->(z))+ (b) RETURN a                   | RelationshipUniquenessViolation |
      | MATCH (a) ((x)-[r]->(y) WHERE r.km < a.km)+ (b) RETURN a          | UndefinedVariable              |
      | MATCH (a) ((x)-[r]->(y) WHERE size(p) > 1)+ (b) RETURN a          | UndefinedVariable              |
      | MATCH (a)-[r WHERE r.km < b.km]->+(b) RETURN a                    | UndefinedVariable              |
      | MATCH (a) ([x]-->(y))+ (b) RETURN a                               | InvalidRelationshipPattern     |
      | MATCH [s] ((x)-[r]->(y) WHERE r.km > 1){1,2} (b) RETURN b         | InvalidRelationshipPattern     |
      | MATCH (a)-[*1..2]->?(b) RETURN a                                  | InvalidRelationshipPattern     |
      | MATCH (a) ((x) (p = ()-->(y)) ()-->()){2} (b) RETURN a            | InvalidRelationshipPattern     |
      | MATCH ANY SHORTEST (p = (a)-->(b))-->(c) RETURN a                 | InvalidRelationshipPattern     |
      | MATCH (a) (a = (x)-->(y)) (b) RETURN a                            | VariableAlreadyBound           |
      | MATCH (a) (p = (x)-->(y)){2} (b) (p = (u)-->(v)) (w) RETURN a     | VariableAlreadyBound           |
      | MATCH (a) ((x)-->?(y)){2} (b) RETURN a                            | InvalidRelationshipPattern     |
      | MATCH (a)-[a]->?(b) RETURN b                                      | VariableAlreadyBound           |
      | CREATE (a)-[:R]->{2}(b)                                           | CreatingVarLength              |
      | CREATE (a)-[:R]->?(b)                                             | CreatingVarLength              |
      | CREATE (a) ((x)-[:R]->(y)){2} (b)                                 | UnexpectedSyntax               |
      | MERGE (a)-[:R]->+(b)                                              | CreatingVarLength              |
      | MERGE (a) ((x)-[:R]->(y)){2} (b)                                  | UnexpectedSyntax               |

  Scenario: A group variable has no properties of its own
    When executing query:
      """
      MATCH (a) ((x)-->(y))+ (b) RETURN x.name
      """
    Then a TypeError should be raised at compile time: InvalidArgumentType

  Scenario Outline: No hop at all is the same end, whatever is searched
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {n: 1})-[:S]->(b:B {n: 2})-[:S]->(a), (b)-[:S]->(b), (a)-[:S]->(c:A {n: 3})
      """
    When executing query:
      """
      MATCH <pattern> RETURN a.n AS a, b.n AS b
      """
    Then the result should be, in any order:
      | a | b |
      | 1 | 1 |
      | 3 | 3 |
    And no side effects

    Examples:
      | pattern                                         |
      | (a)-[:S*0]->(b:A)                               |
      | (a)-[:$('S')*0]->(b:A)                          |
      | (a)-[:$('S')*0..0]-(b:A)                        |
      | (a)<-[r:S*0..0 {x: 1}]-(b:A)                    |
      | ANY SHORTEST (a)-[:S*0..0]-(b:A)                |
      | ALL SHORTEST (a)-[:$('S')*0..0]->(b:A)          |
      | SHORTEST 2 (a)-[:$('S')*0..0]->(b:A)            |
      | (a) MATCH (b:A) MATCH ANY SHORTEST (a)-[:$('S')*0..0]->(b) |
