Feature: Path selectors, path modes, match modes

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:Stop {name: 'a'}), (b:Stop {name: 'b'}), (c:Stop {name: 'c'}), (d:Stop:End {name: 'd'}),
             (e:Stop {name: 'e'}),
             (a)-[:RAIL {km: 1}]->(b), (b)-[:RAIL {km: 2}]->(c), (c)-[:RAIL {km: 3}]->(d),
             (a)-[:RAIL {km: 9}]->(d), (d)-[:RAIL {km: 4}]->(a), (b)-[:LOOP {km: 5}]->(b),
             (a)-[:ROAD {km: 6}]->(b)
      """

  Scenario: One shortest path to each end
    When executing query:
      """
      MATCH p = ANY SHORTEST ({name: 'a'})-[:RAIL]->+(y) RETURN y.name AS y, length(p) AS length
      """
    Then the result should be, in any order:
      | y   | length |
      | 'b' | 1      |
      | 'c' | 2      |
      | 'd' | 1      |
      | 'a' | 2      |
    And no side effects

  Scenario: Zero repetitions are the shortest path from an element to itself
    When executing query:
      """
      MATCH p = ANY SHORTEST ({name: 'a'})-[r:RAIL]->*({name: 'a'}) RETURN length(p) AS length, r
      """
    Then the result should be, in any order:
      | length | r  |
      | 0      | [] |
    And no side effects

  Scenario: An end that cannot be reached has no path
    When executing query:
      """
      MATCH p = ANY SHORTEST ({name: 'a'})-->+({name: 'e'}) RETURN p
      """
    Then the result should be empty
    And no side effects

  Scenario: OPTIONAL MATCH of an end that cannot be reached
    When executing query:
      """
      MATCH (s {name: 'a'}), (t) WHERE t.name IN ['d', 'e']
      OPTIONAL MATCH p = ANY SHORTEST (s)-->+(t)
      RETURN t.name AS t, length(p) AS length
      """
    Then the result should be, in any order:
      | t   | length |
      | 'd' | 1      |
      | 'e' | null   |
    And no side effects

  Scenario: All shortest paths, parallel relationships apart
    When executing query:
      """
      MATCH p = ALL SHORTEST ({name: 'a'})-[r:RAIL|ROAD]->+({name: 'c'}) RETURN [x IN r | x.km] AS km
      """
    Then the result should be, in any order:
      | km     |
      | [1, 2] |
      | [6, 2] |
    And no side effects

  Scenario: So many shortest paths
    When executing query:
      """
      MATCH p = SHORTEST 2 ({name: 'a'})-[:RAIL]->+({name: 'd'}) RETURN length(p) AS length
      """
    Then the result should be, in order:
      | length |
      | 1      |
      | 3      |
    And no side effects

  Scenario: Fewer paths than asked for
    When executing query:
      """
      MATCH p = SHORTEST 10 PATHS ({name: 'a'})-[:RAIL]->+({name: 'd'}) RETURN length(p) AS length
      """
    Then the result should be, in order:
      | length |
      | 1      |
      | 3      |
      | 5      |
      | 5      |
    And no side effects

  Scenario: A number of paths from a parameter
    Given parameters are:
      | k | 3 |
    When executing query:
      """
      MATCH p = SHORTEST $k ({name: 'a'})-[:RAIL|ROAD|LOOP]->+({name: 'c'}) RETURN length(p) AS length
      """
    Then the result should be, in order:
      | length |
      | 2      |
      | 2      |
      | 3      |
    And no side effects

  Scenario Outline: Groups of one length
    When executing query:
      """
      MATCH p = SHORTEST <groups> ({name: 'a'})-[:RAIL|ROAD|LOOP]->+({name: 'c'})
      WITH length(p) AS length, count(*) AS paths RETURN length, paths
      """
    Then the result should be, in any order:
      | length | paths   |
      | 2      | 2       |
      | <next> | <paths> |
    And no side effects

    Examples:
      | groups            | next | paths |
      | 2 GROUPS          | 3    | 2     |
      | 2 PATHS GROUPS    | 3    | 2     |
      | 2 TRAIL GROUPS    | 3    | 2     |

  Scenario Outline: One group where no number is given
    When executing query:
      """
      MATCH p = <selector> ({name: 'a'})-[:RAIL|ROAD|LOOP]->+({name: 'c'}) RETURN length(p) AS length
      """
    Then the result should be, in any order:
      | length |
      | 2      |
      | 2      |
    And no side effects

    Examples:
      | selector                |
      | SHORTEST GROUP          |
      | SHORTEST PATH GROUPS    |
      | ALL SHORTEST            |
      | ALL SHORTEST PATHS      |
      | ALL SHORTEST TRAIL      |
      | ANY 2                   |
      | SHORTEST 2              |
      | SHORTEST 2 TRAIL PATHS  |

  Scenario Outline: Any path
    When executing query:
      """
      MATCH p = <selector> ({name: 'a'})-->+(y:End) RETURN count(*) AS paths
      """
    Then the result should be, in any order:
      | paths   |
      | <paths> |
    And no side effects

    Examples:
      | selector         | paths |
      | ANY              | 1     |
      | ANY PATH         | 1     |
      | ANY 3 PATHS      | 3     |
      | ANY TRAIL        | 1     |
      | ANY ACYCLIC PATH | 1     |

  Scenario: Predicates within count before the choice, those of MATCH after it
    When executing query:
      """
      MATCH (s {name: 'a'}), (t {name: 'd'})
      OPTIONAL MATCH p = ANY SHORTEST ((s)-[r:RAIL]->+(t) WHERE size(r) > 1)
      OPTIONAL MATCH q = ANY SHORTEST (s)-[x:RAIL]->+(t) WHERE size(x) > 1
      RETURN length(p) AS within, length(q) AS behind
      """
    Then the result should be, in any order:
      | within | behind |
      | 3      | null   |
    And no side effects

  Scenario: Conditions on each relationship and on nodes between
    When executing query:
      """
      MATCH p = ANY SHORTEST ({name: 'a'})-[r:RAIL WHERE r.km < 9]->+(y:End) RETURN length(p) AS length
      UNION ALL
      MATCH p = ANY SHORTEST ({name: 'a'}) ((x)-[:RAIL]->(y WHERE y.name <> 'd'))* ({name: 'c'})-[:RAIL]->(:End)
      RETURN length(p) AS length
      UNION ALL
      MATCH p = ANY SHORTEST ({name: 'd'})-[q {km: 4}]->(m:Stop)-[r:RAIL]->+(y {name: 'c'})
      RETURN length(p) + q.km + size(r) AS length
      """
    Then the result should be, in any order:
      | length |
      | 3      |
      | 3      |
      | 9      |
    And no side effects

  Scenario: Several parts of a path, their variables, and the path
    When executing query:
      """
      MATCH p = SHORTEST 2 (s:End)-[q:RAIL]->(m)-[r:RAIL]->*(n)-[:LOOP]->(t)
      RETURN s.name AS s, q.km AS q, m.name AS m, [x IN r | x.km] AS r, n.name AS n, t.name AS t,
             [x IN nodes(p) | x.name] AS nodes
      """
    Then the result should be, in order:
      | s   | q | m   | r            | n   | t   | nodes                                    |
      | 'd' | 4 | 'a' | [1]          | 'b' | 'b' | ['d', 'a', 'b', 'b']                     |
    And no side effects

  Scenario: A path through two parts may not meet a relationship twice
    When executing query:
      """
      MATCH p = ANY SHORTEST ({name: 'a'})-[:RAIL]-+(m {name: 'c'})-[:RAIL]-+({name: 'a'})
      RETURN length(p) AS length, size(apoc) AS none
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: There and back, over other relationships
    When executing query:
      """
      MATCH p = ANY SHORTEST ({name: 'b'})-[:RAIL]-+({name: 'd'})-[:RAIL]-+({name: 'b'})
      RETURN length(p) AS length
      """
    Then the result should be, in any order:
      | length |
      | 4      |
    And no side effects

  Scenario: From both ends unbound, one path for each pair
    When executing query:
      """
      MATCH p = ANY SHORTEST (s:Stop)-[:RAIL]->+(t:Stop) RETURN count(*) AS pairs, sum(length(p)) AS total
      """
    Then the result should be, in any order:
      | pairs | total |
      | 16    | 34    |
    And no side effects

  Scenario: Inside of subqueries
    When executing query:
      """
      MATCH (s:Stop)
      RETURN s.name AS s, EXISTS { ANY SHORTEST (s)-->+(:End) } AS reaches,
             COUNT { ALL SHORTEST (s)-[:RAIL|ROAD]->+({name: 'c'}) } AS ways,
             COLLECT { MATCH p = ANY SHORTEST (s)-->+({name: 'b'}) RETURN length(p) } AS to_b
      """
    Then the result should be, in any order:
      | s   | reaches | ways | to_b |
      | 'a' | true    | 2    | [1]  |
      | 'b' | true    | 1    | [1]  |
      | 'c' | true    | 2    | [3]  |
      | 'd' | true    | 2    | [2]  |
      | 'e' | false   | 0    | []   |
    And no side effects

  Scenario Outline: The modes of a path
    When executing query:
      """
      MATCH p = <mode> ({name: 'a'})-[:RAIL]-><quantifier>(y) RETURN count(*) AS paths
      """
    Then the result should be, in any order:
      | paths   |
      | <paths> |
    And no side effects

    Examples:
      | mode          | quantifier | paths |
      | TRAIL         | +          | 10    |
      | TRAIL PATHS   | +          | 10    |
      | ALL TRAIL     | +          | 10    |
      | ALL           | +          | 10    |
      | PATH          | +          | 10    |
      | ACYCLIC       | +          | 4     |
      | ACYCLIC PATH  | *          | 5     |
      | SIMPLE        | +          | 6     |
      | SIMPLE PATHS  | *          | 7     |
      | WALK          | {3}        | 3     |
      | WALK          | {4}        | 3     |
      | TRAIL         | {4}        | 2     |

  Scenario: ACYCLIC and SIMPLE of single relationships
    When executing query:
      """
      MATCH p = (x)-->(y) WITH count(*) AS walks
      MATCH p = ACYCLIC (x)-->(y) WITH walks, count(*) AS acyclic
      MATCH p = SIMPLE (x)-->(y) WITH walks, acyclic, count(*) AS simple
      MATCH p = ACYCLIC (x)-[:RAIL]->(y)-[:RAIL]->(z) WITH walks, acyclic, simple, count(*) AS two
      MATCH p = SIMPLE (x)-[:RAIL]->(y)-[:RAIL]->(z) RETURN walks, acyclic, simple, two, count(*) AS closed
      """
    Then the result should be, in any order:
      | walks | acyclic | simple | two | closed |
      | 7     | 6       | 7      | 4   | 6      |
    And no side effects

  Scenario: A mode holds for the whole path
    When executing query:
      """
      MATCH p = ACYCLIC ({name: 'd'})-[:RAIL]->+(m)-[:RAIL]->+(y) RETURN count(*) AS acyclic
      UNION ALL
      MATCH p = SIMPLE ({name: 'd'})-[:RAIL]->+(m)-[:RAIL]->+(y) RETURN count(*) AS acyclic
      """
    Then the result should be, in any order:
      | acyclic |
      | 3       |
      | 7       |
    And no side effects

  Scenario: A mode under a selector
    When executing query:
      """
      MATCH p = SHORTEST 5 ACYCLIC ({name: 'a'})-[:RAIL]->+(y {name: 'd'}) RETURN length(p) AS length
      UNION ALL
      MATCH p = SHORTEST 5 SIMPLE ({name: 'a'})-[:RAIL]->+(y {name: 'a'}) RETURN length(p) AS length
      UNION ALL
      MATCH p = SHORTEST 3 WALK ({name: 'a'})-[:RAIL]->+(y {name: 'c'}) RETURN length(p) AS length
      UNION ALL
      MATCH p = ANY SHORTEST ACYCLIC ({name: 'a'})-[:RAIL]->+(y {name: 'a'}) RETURN length(p) AS length
      """
    Then the result should be, in any order:
      | length |
      | 1      |
      | 3      |
      | 2      |
      | 4      |
      | 2      |
      | 4      |
      | 6      |
    And no side effects

  Scenario: Elements may be repeated
    When executing query:
      """
      MATCH REPEATABLE ELEMENTS (x)-[r:LOOP]->(y), (z)-[s:LOOP]->(w) RETURN r = s AS same
      """
    Then the result should be, in any order:
      | same |
      | true |
    And no side effects

  Scenario Outline: Match modes
    When executing query:
      """
      MATCH <mode> (x)-[r:ROAD]->(y), (x)-[s:ROAD]->(z) RETURN count(*) AS found
      """
    Then the result should be, in any order:
      | found   |
      | <found> |
    And no side effects

    Examples:
      | mode                               | found |
      | DIFFERENT RELATIONSHIPS            | 0     |
      | DIFFERENT RELATIONSHIP BINDINGS    | 0     |
      | DIFFERENT RELATIONSHIPS BINDINGS   | 0     |
      | REPEATABLE ELEMENTS                | 1     |
      | REPEATABLE ELEMENT BINDINGS        | 1     |

  Scenario: One relationship stands for two of the pattern
    When executing query:
      """
      MATCH REPEATABLE ELEMENTS (x)-[r:ROAD]->(y), (v)-[r]->(w) RETURN x = v AND y = w AS same
      """
    Then the result should be, in any order:
      | same |
      | true |
    And no side effects

  Scenario: Repeatable elements with a quantifier, a mode, a selector
    When executing query:
      """
      MATCH REPEATABLE ELEMENTS ({name: 'b'})-[r:LOOP]->{3}(y) RETURN size(r) AS n
      UNION ALL
      MATCH REPEATABLE ELEMENTS TRAIL ({name: 'b'})-[r:LOOP]->+(y), (y)-[r2:LOOP]->(z) RETURN size(r) AS n
      UNION ALL
      MATCH REPEATABLE ELEMENTS p = ANY SHORTEST (x {name: 'a'})-->+(y {name: 'c'}),
            q = ANY SHORTEST (y)-->+(x)
      RETURN length(p) + length(q) AS n
      UNION ALL
      MATCH REPEATABLE ELEMENTS ({name: 'b'})-[r:LOOP*2..2]->(y) RETURN size(r) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
      | 1 |
      | 4 |
      | 2 |
    And no side effects

  Scenario: A walk may repeat within its part, unless that is ruled out
    When executing query:
      """
      MATCH WALK ({name: 'b'})-[r:LOOP]->(x)-[s:LOOP]->(y) RETURN count(*) AS n
      UNION ALL
      MATCH DIFFERENT RELATIONSHIPS WALK ({name: 'b'})-[r:LOOP]->(x)-[s:LOOP]->(y) RETURN count(*) AS n
      UNION ALL
      MATCH WALK ({name: 'b'})-[r:LOOP]->{2}(x), ()-[s:LOOP]->() RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 1 |
      | 0 |
      | 0 |
    And no side effects

  Scenario Outline: shortestPath and allShortestPaths
    When executing query:
      """
      MATCH (s {name: 'a'}), (t {name: '<to>'})
      MATCH p = <pattern> RETURN length(p) AS length
      """
    Then the result should be, in any order:
      | length   |
      | <length> |
    And no side effects

    Examples:
      | to | pattern                                       | length |
      | c  | shortestPath((s)-[:RAIL*]->(t))               | 2      |
      | c  | shortestPath((s)-[:RAIL]->+(t))               | 2      |
      | c  | shortestPath((s)-[:RAIL*..2]->(t))            | 2      |
      | d  | shortestPath((s)-[:RAIL]->(t))                | 1      |
      | d  | shortestPath((s)-[]->(t))                     | 1      |
      | d  | shortestPath((s)-[:RAIL*2..]->(t))            | 3      |
      | a  | shortestPath((s)-[:RAIL*0..]->(t))            | 0      |
      | a  | shortestPath((s)-[:RAIL*]->(t))               | 2      |
      | b  | allShortestPaths((s)-[:RAIL*]->(t))           | 1      |
      | c  | allShortestPaths((s)-[:RAIL*2..3]->(t))       | 2      |
      | d  | allShortestPaths((t)<-[:RAIL {km: 9}]-(s))    | 1      |

  Scenario: Conditions on the path take part in the search of shortestPath
    When executing query:
      """
      MATCH p = shortestPath((s {name: 'a'})-[r:RAIL*]->(t {name: 'd'})) WHERE length(p) > 1 RETURN length(p) AS length
      UNION ALL
      MATCH (s {name: 'a'}), (t {name: 'd'})
      MATCH shortestPath((s)-[r:RAIL*]->(t)) WHERE all(x IN r WHERE x.km < 9) RETURN size(r) AS length
      """
    Then the result should be, in any order:
      | length |
      | 3      |
      | 3      |
    And no side effects

  Scenario: shortestPath shares its relationships with the rest of the pattern
    When executing query:
      """
      MATCH (s {name: 'a'})-[r:RAIL {km: 9}]->(t), p = shortestPath((s)-[:RAIL*]->(t)) RETURN length(p) AS length
      """
    Then the result should be, in any order:
      | length |
      | 1      |
    And no side effects

  Scenario: A single relationship in shortestPath gives one path of several
    When executing query:
      """
      MATCH p = shortestPath((s {name: 'a'})-->(t {name: 'b'})) RETURN count(p) AS paths
      UNION ALL
      MATCH p = allShortestPaths((s {name: 'a'})-->(t {name: 'b'})) RETURN count(p) AS paths
      """
    Then the result should be, in any order:
      | paths |
      | 1     |
      | 2     |
    And no side effects

  Scenario: shortestPath as a value
    When executing query:
      """
      MATCH (s {name: 'a'}), (t) WHERE t.name IN ['c', 'e']
      RETURN t.name AS t, length(shortestPath((s)-[*]->(t))) AS length,
             size(allShortestPaths((s)-[*]->(t))) AS all, exists(shortestPath((s)-[*]->(t))) AS exists,
             shortestPath((s)-[*]->(t)) IS NULL AS none
      """
    Then the result should be, in any order:
      | t   | length | all | exists | none  |
      | 'c' | 2      | 2   | true   | false |
      | 'e' | null   | 0   | false  | true  |
    And no side effects

  Scenario Outline: What cannot be chosen
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: <code>

    Examples:
      | query                                                                          | code                       |
      | MATCH ANY SHORTEST (a)-->+(b), (b)-->(c) RETURN a                              | UnexpectedSyntax           |
      | MATCH (b)-->(c), SHORTEST 2 (a)-->+(b) RETURN a                                | UnexpectedSyntax           |
      | MATCH SHORTEST (a)-->+(b) RETURN a                                             | UnexpectedSyntax           |
      | MATCH SHORTEST 0 (a)-->+(b) RETURN a                                           | UnexpectedSyntax           |
      | MATCH ANY 0 (a)-->+(b) RETURN a                                                | UnexpectedSyntax           |
      | MATCH SHORTEST 1.5 (a)-->+(b) RETURN a                                         | UnexpectedSyntax           |
      | MATCH WALK (a)-->+(b) RETURN a                                                 | InvalidRelationshipPattern |
      | MATCH REPEATABLE ELEMENTS (a)-->+(b) RETURN a                                  | InvalidRelationshipPattern |
      | MATCH REPEATABLE ELEMENTS (a)-[*]->(b) RETURN a                                | InvalidRelationshipPattern |
      | MATCH ANY SHORTEST WALK ((a)-[r]->+(b) WHERE size(r) > 4) RETURN a             | InvalidRelationshipPattern |
      | MATCH ANY SHORTEST (a)-->+(b)-->+(b) RETURN a                                  | VariableAlreadyBound       |
      | MATCH REPEATABLE ELEMENTS ANY SHORTEST (a)-->+(b)-->+(c), (b)-->(d) RETURN a   | VariableAlreadyBound       |
      | MATCH REPEATABLE ELEMENTS ANY SHORTEST (a)-[r]->(b)-->+(c), ()-[r]->() RETURN a | VariableAlreadyBound      |
      | MATCH p = shortestPath((a)-[*]->(b)-[*]->(c)) RETURN p                         | InvalidRelationshipPattern |
      | MATCH p = shortestPath((a)) RETURN p                                           | InvalidRelationshipPattern |
      | MATCH p = shortestPath((a) ((x)-->(y))+ (b)) RETURN p                          | InvalidRelationshipPattern |
      | CREATE ANY SHORTEST (a)-[:R]->(b)                                              | UnexpectedSyntax           |
      | CREATE ACYCLIC (a)-[:R]->(b)                                                   | UnexpectedSyntax           |
      | MERGE p = shortestPath((a)-[:R]->(b))                                          | UnexpectedSyntax           |
      | MERGE TRAIL (a)-[:R]->(b)                                                      | UnexpectedSyntax           |

  Scenario Outline: A number of paths that is none
    Given parameters are:
      | k | <value> |
    When executing query:
      """
      MATCH p = SHORTEST $k (a)-->+(b) RETURN p
      """
    Then a SyntaxError should be raised at runtime: <code>

    Examples:
      | value | code                    |
      | 0     | NegativeIntegerArgument |
      | -3    | NegativeIntegerArgument |
      | 'two' | InvalidArgumentType     |
      | null  | InvalidArgumentType     |

  Scenario: A SIMPLE path does not go back by the way that it came
    Given having executed:
      """
      CREATE (a {name: 'home'})-[:T {i: 1}]->(b {name: 'away'}), (b)-[:T {i: 2}]->(a), (b)-[:S {i: 3}]->(:C)
      """
    When executing query:
      """
      MATCH p = SIMPLE ({name: 'home'})-[t]-{2}(x {name: 'home'})
      RETURN [one IN t | one.i] AS round
      """
    Then the result should be, in any order:
      | round  |
      | [1, 2] |
      | [2, 1] |
    And no side effects

  Scenario: A SIMPLE path may go back by the way that it came where elements may be repeated
    Given having executed:
      """
      CREATE (a {name: 'home'})-[:T {i: 1}]->(b {name: 'away'}), (b)-[:T {i: 2}]->(a), (b)-[:S {i: 3}]->(:C)
      """
    When executing query:
      """
      MATCH REPEATABLE ELEMENTS p = SIMPLE ({name: 'home'})-[t]-{2}(x {name: 'home'})
      RETURN [one IN t | one.i] AS round
      """
    Then the result should be, in any order:
      | round  |
      | [1, 1] |
      | [1, 2] |
      | [2, 1] |
      | [2, 2] |
    And no side effects

  Scenario: A selector keeps to SIMPLE paths that do not go back by the way that they came
    Given having executed:
      """
      CREATE (a {name: 'home'})-[:T {i: 1}]->(b {name: 'away'})-[:T {i: 2}]->(c)-[:T {i: 3}]->(a)
      """
    When executing query:
      """
      MATCH p = ALL SHORTEST SIMPLE ({name: 'home'})-[t]-+({name: 'home'}) RETURN [one IN t | one.i] AS round
      """
    Then the result should be, in any order:
      | round     |
      | [1, 2, 3] |
      | [3, 2, 1] |
    And no side effects

  Scenario: EXISTS and COUNT take selectors, path modes and match modes
    Given having executed:
      """
      CREATE (a:Own {name: 'a'})-[:T]->(b:Own {name: 'b'})-[:T]->(c:Own {name: 'c'}), (a)-[:T]->(c), (d:Own {name: 'd'})-[:T]->(d)
      """
    When executing query:
      """
      MATCH (a:Own)
      RETURN a.name AS name,
        EXISTS { ANY SHORTEST (a)-->+(:Own {name: 'c'}) } AS reaches,
        COUNT { ALL SHORTEST (a)-->+(x) } AS ends,
        COUNT { WALK (a)-->{2}() } AS walks,
        COUNT { ACYCLIC (a)-->{1,2}() } AS acyclic,
        COUNT { DIFFERENT RELATIONSHIPS (a)-->(), (a)-->() } AS pairs,
        COUNT { REPEATABLE ELEMENTS (a)-->(), (a)-->() WHERE a.name <> 'd' } AS repeated
      ORDER BY name
      """
    Then the result should be, in order:
      | name | reaches | ends | walks | acyclic | pairs | repeated |
      | 'a'  | true    | 2    | 1     | 3       | 2     | 4        |
      | 'b'  | true    | 1    | 0     | 1       | 0     | 1        |
      | 'c'  | false   | 0    | 0     | 0       | 0     | 0        |
      | 'd'  | false   | 1    | 1     | 0       | 0     | 0        |
    And no side effects

  Scenario Outline: Ends that a value tells, where the search from the other end grows
    Given having executed:
      """
      CREATE (s:S {k: 0}) WITH s UNWIND range(1, 5000) AS i CREATE (s)-[:R]->(:N {k: i % 1000, all: 1})
      """
    And having executed:
      """
      MATCH (s:S), (n:N {k: 7}) WITH s, n LIMIT 1
      CREATE (s)-[:R]->(n)-[:R]->(:T {k: 'deep'})-[:R]->(:T {k: 'deeper'}), (:T {k: 'none'})
      """
    And having executed:
      """
      SET optimiser.path_targets = <rule>
      """
    When executing query:
      """
      MATCH (s:S) MATCH p = shortestPath((s)-[:R*]->(t:T {k: 'deeper'})) RETURN length(p) AS length, t.k AS t
      """
    Then the result should be, in any order:
      | length | t        |
      | 3      | 'deeper' |
    And no side effects
    When executing control query:
      """
      MATCH (s:S) MATCH p = ALL SHORTEST (s)-[:R]->+(t) WHERE t.k = 'deep' AND length(p) < 4
      RETURN count(*) AS n, max(length(p)) AS length
      """
    Then the result should be, in any order:
      | n | length |
      | 2 | 2      |
    And no side effects
    When executing control query:
      """
      MATCH (s:S) MATCH p = ANY SHORTEST (s)-[:R]->+(t:N|T WHERE t.k = 7 AND t.all = s.k + 1)
      RETURN count(*) AS n, sum(length(p)) AS length
      """
    Then the result should be, in any order:
      | n | length |
      | 5 | 5      |
    And no side effects
    When executing control query:
      """
      MATCH (s:S) MATCH p = ANY SHORTEST (s)-[:R]->*(t WHERE t.k = 0) RETURN count(*) AS n, sum(length(p)) AS length
      """
    Then the result should be, in any order:
      | n | length |
      | 6 | 5      |
    And no side effects
    When executing control query:
      """
      MATCH (s:S) MATCH ANY SHORTEST (s)-[:R]->+(t:N WHERE t.all = 1) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n    |
      | 5000 |
    And no side effects
    When executing control query:
      """
      MATCH (s) WHERE s:S OR s.k = 'deep'
      OPTIONAL MATCH p = shortestPath((s)-[:R*]->(t:T {k: 'none'})) RETURN count(*) AS n, count(p) AS paths
      """
    Then the result should be, in any order:
      | n | paths |
      | 2 | 0     |
    And no side effects
    When executing control query:
      """
      UNWIND ['deep', 'deeper'] AS k MATCH (s) WHERE s:S OR s.k = 'deep'
      MATCH p = shortestPath((s)-[:R*]->(t:T {k: k})) RETURN k, s.k AS s, length(p) AS length
      """
    Then the result should be, in any order:
      | k        | s      | length |
      | 'deep'   | 0      | 2      |
      | 'deeper' | 0      | 3      |
      | 'deeper' | 'deep' | 1      |
    And no side effects

    Examples:
      | rule |
      | on   |
      | off  |
