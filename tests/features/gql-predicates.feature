Feature: GQL's predicates on elements, and its numbers

  Scenario: IS LABELED and IS NOT LABELED
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n) RETURN n.x AS x, n IS LABELED A AS a, n IS NOT LABELED A AS none, n IS LABELED A|B AS either, n IS LABELED (A&!B) AS odd
      """
    Then the result should be, in any order:
      | x | a     | none  | either | odd   |
      | 1 | true  | false | true   | false |
      | 2 | false | true  | true   | false |
    And no side effects

  Scenario: IS LABELED of a relationship and of null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      OPTIONAL MATCH ()-[r:R]->() OPTIONAL MATCH (n:Nobody) RETURN r IS LABELED R AS r, r IS NOT LABELED S AS s, n IS LABELED A AS n, n IS NOT LABELED A AS m
      """
    Then the result should be, in any order:
      | r    | s    | n    | m    |
      | true | true | null | null |
    And no side effects

  Scenario: IS LABELED in a WHERE, with a computed label
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n) WHERE n IS NOT LABELED $('A') AND n IS LABELED % RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
    And no side effects

  Scenario: LABELED alone is a label
    Given an empty graph
    And having executed:
      """
      CREATE (:Labeled {x: 1}), (:A)
      """
    When executing query:
      """
      MATCH (n) WHERE n IS Labeled AND n.x = 1 RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: IS LABELED of a number
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      RETURN 1 IS LABELED A AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: IS SOURCE OF and IS DESTINATION OF
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n), ()-[r:R]->() RETURN n.x AS x, n IS SOURCE OF r AS source, n IS NOT SOURCE OF r AS other, n IS DESTINATION OF r AS destination, n IS NOT DESTINATION OF r AS elsewhere
      """
    Then the result should be, in any order:
      | x | source | other | destination | elsewhere |
      | 1 | true   | false | false       | true      |
      | 2 | false  | true  | true        | false     |
    And no side effects

  Scenario: A loop has one end
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n)-[r:S]->() RETURN n IS SOURCE OF r AND n IS DESTINATION OF r AS both
      """
    Then the result should be, in any order:
      | both |
      | true |
    And no side effects

  Scenario: A relationship is the destination of a claim about it
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH ()-[r:R]->() MATCH ()-[c:DENIES]->[r] RETURN r IS DESTINATION OF c AS yes, r IS SOURCE OF c AS no
      """
    Then the result should be, in any order:
      | yes  | no    |
      | true | false |
    And no side effects

  Scenario: IS SOURCE OF null, and of nothing
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n:A) OPTIONAL MATCH (n)-[r:NOTHING]->() OPTIONAL MATCH (m:Nobody) MATCH ()-[s:S]->() RETURN n IS SOURCE OF r AS x, m IS NOT SOURCE OF s AS y
      """
    Then the result should be, in any order:
      | x    | y    |
      | null | null |
    And no side effects

  Scenario: SOURCE is a label elsewhere
    Given an empty graph
    And having executed:
      """
      CREATE (:SOURCE {x: 1})
      """
    When executing query:
      """
      MATCH (n) WHERE n IS SOURCE AND n.x = 1 RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: Only an element is an end
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH ()-[r]->() RETURN 1 IS SOURCE OF r AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: Only a relationship has ends
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n) RETURN n IS SOURCE OF n AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: ALL_DIFFERENT and SAME
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (a:A), (b:B) RETURN b.x AS x, ALL_DIFFERENT(a, b) AS different, SAME(a, b) AS same, SAME(a, a, b) AS three, ALL_DIFFERENT(a, b, b) AS twice
      """
    Then the result should be, in any order:
      | x | different | same  | three | twice |
      | 1 | false     | true  | true  | false |
      | 2 | true      | false | false | false |
    And no side effects

  Scenario: A node and a relationship are different, whatever their ids
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:R]->()
      """
    When executing query:
      """
      MATCH (n)-[r]->() RETURN ALL_DIFFERENT(n, r) AS different, SAME(n, r) AS same
      """
    Then the result should be, in any order:
      | different | same  |
      | true      | false |
    And no side effects

  Scenario: Of null nobody knows
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (a:A) OPTIONAL MATCH (n:Nobody) RETURN ALL_DIFFERENT(a, a, n) AS different, SAME(a, n) AS same
      """
    Then the result should be, in any order:
      | different | same |
      | null      | null |
    And no side effects

  Scenario: One element is not compared
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (a:A) RETURN SAME(a) AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberOfArguments

  Scenario: Numbers are not compared
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      RETURN ALL_DIFFERENT(1, 2) AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: PROPERTY_EXISTS
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    And parameters are:
      | key | 'z' |
    When executing query:
      """
      MATCH (n:A)-[r:R]->() RETURN PROPERTY_EXISTS(n, x) AS x, property_exists(n, y) AS y, PROPERTY_EXISTS(r, since) AS since, PROPERTY_EXISTS(n, 'x') AS text, PROPERTY_EXISTS(n, $key) AS key
      """
    Then the result should be, in any order:
      | x    | y     | since | text | key   |
      | true | false | true  | true | false |
    And no side effects

  Scenario: PROPERTY_EXISTS of null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      OPTIONAL MATCH (n:Nobody) RETURN PROPERTY_EXISTS(n, x) AS x
      """
    Then the result should be, in any order:
      | x    |
      | null |
    And no side effects

  Scenario: PROPERTY_EXISTS without a key
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH (n) RETURN PROPERTY_EXISTS(n) AS x
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: PROPERTY_EXISTS of a map
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      RETURN PROPERTY_EXISTS({x: 1}, x) AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: The elements of a path
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH p = (:A)-[:R]->()-[:S]->() RETURN [e IN elements(p) | coalesce(e.x, e.since, 's')] AS elements, size(elements(p)) = 2 * path_length(p) + 1 AS all
      """
    Then the result should be, in any order:
      | elements          | all  |
      | [1, 1, 2, 's', 2] | true |
    And no side effects

  Scenario: The elements of a single node and of null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A:B {x: 1}), (b:B {x: 2}), (a)-[r:R {since: 1}]->(b), (b)-[:S]->(b), (b)-[:DENIES]->[r]
      """
    When executing query:
      """
      MATCH p = (:A) OPTIONAL MATCH q = (:Nobody)-->() RETURN size(elements(p)) AS one, elements(q) AS none
      """
    Then the result should be, in any order:
      | one | none |
      | 1   | null |
    And no side effects

  Scenario: Numbers with the suffix of a float
    Given an empty graph
    When executing query:
      """
      RETURN 2f AS a, 1.5F AS b, .5d AS c, 1e3D AS d, -2d AS e, 2d IS :: FLOAT AS f
      """
    Then the result should be, in any order:
      | a   | b   | c   | d      | e    | f    |
      | 2.0 | 1.5 | 0.5 | 1000.0 | -2.0 | true |
    And no side effects

  Scenario: There are no exact decimal numbers
    Given an empty graph
    When executing query:
      """
      RETURN 1.5m AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberLiteral

  Scenario: Other letters spoil a number
    Given an empty graph
    When executing query:
      """
      RETURN 1.5x AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberLiteral

  Scenario: A float with a suffix may be too large
    Given an empty graph
    When executing query:
      """
      RETURN 1e400d AS x
      """
    Then a SyntaxError should be raised at compile time: FloatingPointOverflow

  Scenario: SET takes no null in the place of a map
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    When executing query:
      """
      MATCH (n:A) SET n = null
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType
    And no side effects

  Scenario: Nor does the SET that adds
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    And parameters are:
      | map | null |
    When executing query:
      """
      MATCH (n:A) SET n += $map
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType
    And no side effects
