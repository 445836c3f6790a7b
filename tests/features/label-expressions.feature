Feature: Label expressions in patterns and as predicates

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {n: 'a'}), (b:B {n: 'b'}), (ab:A:B {n: 'ab'}), (abc:A:B:C {n: 'abc'}), (x {n: 'x'}),
             (a)-[:T {n: 1}]->(b), (b)-[:U {n: 2}]->(ab), (ab)-[:V {n: 3}]->(abc), (x)-[:T {n: 4}]->(x),
             (a)-[:T {n: 5}]->(b)
      """

  Scenario Outline: Nodes by a condition on their labels
    When executing query:
      """
      MATCH (m <labels>) RETURN collect(m.n) AS found
      """
    Then the result should be (ignoring element order for lists):
      | found   |
      | <found> |
    And no side effects

    Examples:
      | labels       | found                        |
      | :A           | ['a', 'ab', 'abc']           |
      | :A:B         | ['ab', 'abc']                |
      | :A&B         | ['ab', 'abc']                |
      | :A\|B        | ['a', 'b', 'ab', 'abc']      |
      | :!A          | ['b', 'x']                   |
      | :!!A         | ['a', 'ab', 'abc']           |
      | :%           | ['a', 'b', 'ab', 'abc']      |
      | :!%          | ['x']                        |
      | :A&!B        | ['a']                        |
      | :A&!(B&C)    | ['a', 'ab']                  |
      | :A\|B&C      | ['a', 'ab', 'abc']           |
      | :(A\|B)&C    | ['abc']                      |
      | :(A\|B)&!C   | ['a', 'b', 'ab']             |
      | :!A&!B       | ['x']                        |
      | :Nothing     | []                           |
      | :!Nothing    | ['a', 'b', 'ab', 'abc', 'x'] |
      | :A\|Nothing  | ['a', 'ab', 'abc']           |
      | :A&Nothing   | []                           |
      | :%&!Nothing  | ['a', 'b', 'ab', 'abc']      |
      | IS A&C       | ['abc']                      |

  Scenario Outline: Relationships by a condition on their types
    When executing query:
      """
      MATCH ()-[r<types>]->() RETURN collect(r.n) AS found
      """
    Then the result should be (ignoring element order for lists):
      | found   |
      | <found> |
    And no side effects

    Examples:
      | types       | found           |
      | :T          | [1, 4, 5]       |
      | :T\|U       | [1, 2, 4, 5]    |
      | :T\|:U      | [1, 2, 4, 5]    |
      | :T\|:U\|V   | [1, 2, 3, 4, 5] |
      | :!T         | [2, 3]          |
      | :%          | [1, 2, 3, 4, 5] |
      | :!%         | []              |
      | :T&U        | []              |
      | :!T&!U      | [3]             |
      | :T\|!U      | [1, 3, 4, 5]    |
      | :!(T\|U)    | [3]             |
      | :Nothing    | []              |
      | :!Nothing   | [1, 2, 3, 4, 5] |
      | :Nothing\|V | [3]             |

  Scenario: IS introduces the condition as a colon does
    When executing query:
      """
      MATCH (IS A)-[r IS T|U]->(m IS B&!C) RETURN r.n AS n, m.n AS m
      """
    Then the result should be, in any order:
      | n | m   |
      | 1 | 'b' |
      | 5 | 'b' |
    And no side effects

  Scenario: IS may still be a name
    When executing query:
      """
      MATCH (is IS C) MATCH (is)<-[is2 IS V]-() RETURN `is`.n AS n, is2.n AS m
      """
    Then the result should be, in any order:
      | n     | m |
      | 'abc' | 3 |
    And no side effects

  Scenario: A variable-length relationship follows what fits the condition
    When executing query:
      """
      MATCH (:A&!B)-[r:!V*1..3]->(m) RETURN m.n AS m, size(r) AS hops
      """
    Then the result should be, in any order:
      | m    | hops |
      | 'b'  | 1    |
      | 'b'  | 1    |
      | 'ab' | 2    |
      | 'ab' | 2    |
    And no side effects

  Scenario: The two conditions on one node must both hold
    When executing query:
      """
      MATCH (m:A|B)-->(), (m:!C&!A) RETURN m.n AS m
      """
    Then the result should be, in any order:
      | m   |
      | 'b' |
    And no side effects

  Scenario Outline: A condition as a predicate on nodes
    When executing query:
      """
      MATCH (m) WHERE <predicate> RETURN collect(m.n) AS found
      """
    Then the result should be (ignoring element order for lists):
      | found   |
      | <found> |
    And no side effects

    Examples:
      | predicate                   | found                        |
      | m:A\|B                      | ['a', 'b', 'ab', 'abc']      |
      | m:A:B                       | ['ab', 'abc']                |
      | m IS A&B                    | ['ab', 'abc']                |
      | m:!A OR m:C                 | ['b', 'x', 'abc']            |
      | NOT m:A                     | ['b', 'x']                   |
      | m:%                         | ['a', 'b', 'ab', 'abc']      |
      | m:!%                        | ['x']                        |
      | (m:A\|B) = true             | ['a', 'b', 'ab', 'abc']      |
      | m:(A\|B)&!C                 | ['a', 'b', 'ab']             |
      | EXISTS { (m:A\|B)-[:!T]->() } | ['b', 'ab']                |
      | (m:A\|B)-[:!T]->(:!B)       | []                           |
      | (m:A\|B)-[:!T]->(:C\|A&B)   | ['b', 'ab']                  |
      | m IS NOT NULL AND m IS C    | ['abc']                      |

  Scenario: A condition as a value, on relationships, and of null
    When executing query:
      """
      MATCH (m {n: 'ab'}) OPTIONAL MATCH (m)-[r:V|U]->() OPTIONAL MATCH (m)-[s:T]->()
      RETURN m:A&!C AS m, r:T|V AS r, r:!V AS q, r:% AS any, s:T|U AS s
      """
    Then the result should be, in any order:
      | m    | r    | q     | any  | s    |
      | true | true | false | true | null |
    And no side effects

  Scenario: In a comprehension the bar ends the condition
    When executing query:
      """
      MATCH (m) WITH collect(m) AS all
      RETURN [x IN all WHERE x:C | x.n] AS c, [x IN all WHERE (x:C|A) AND x:!B | x.n] AS a,
             size([x IN all WHERE x:A&B]) AS both, any(x IN all WHERE x:Nothing OR (x:B|C)) AS some
      """
    Then the result should be, in any order:
      | c       | a     | both | some |
      | ['abc'] | ['a'] | 2    | true |
    And no side effects

  Scenario: In a pattern comprehension the bars in brackets belong to the pattern
    When executing query:
      """
      MATCH (m:C) RETURN [(m)<-[r:U|V]-(o:A|B) WHERE o:B | o.n] AS o
      """
    Then the result should be, in any order:
      | o      |
      | ['ab'] |
    And no side effects

  Scenario: On relationships that are ends
    Given having executed:
      """
      MATCH (a {n: 'a'}), ()-[r]->() WHERE r.n < 4 CREATE (a)-[:ASSERTS {of: r.n}]->[r]
      """
    When executing query:
      """
      MATCH ()-[c:ASSERTS|DENIES]->[r:T|V] RETURN c.of AS of, r.n AS n
      """
    Then the result should be, in any order:
      | of | n |
      | 1  | 1 |
      | 3  | 3 |
    And no side effects

  Scenario: Negated and wild conditions on relationships that are ends
    Given having executed:
      """
      MATCH (a {n: 'a'}), ()-[r]->() WHERE r.n < 4 CREATE (a)-[:ASSERTS {of: r.n}]->[r]
      """
    When executing query:
      """
      MATCH ()-->[r IS !T] MATCH [s:%]<--() RETURN r.n AS r, count(s) AS s
      """
    Then the result should be, in any order:
      | r | s |
      | 2 | 3 |
      | 3 | 3 |
    And no side effects

  Scenario: A conjunction can be created
    When executing query:
      """
      CREATE (m:P&Q {n: 1})-[:R]->(:Q) MERGE (o:P&Q {n: 1}) RETURN labels(o) AS l
      """
    Then the result should be, in any order:
      | l          |
      | ['P', 'Q'] |
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |
      | +properties    | 1 |

  Scenario Outline: What cannot be created
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: <error>

    Examples:
      | query                           | error                    |
      | CREATE (:A\|B)                  | UnexpectedSyntax         |
      | CREATE (:!A)                    | UnexpectedSyntax         |
      | CREATE (:%)                     | UnexpectedSyntax         |
      | MERGE (:A\|B)                   | UnexpectedSyntax         |
      | CREATE ()-[:T\|U]->()           | NoSingleRelationshipType |
      | CREATE ()-[:!T]->()             | NoSingleRelationshipType |
      | MERGE ()-[:%]->()               | NoSingleRelationshipType |
      | MATCH (n:A:B\|C) RETURN n       | UnexpectedSyntax         |
      | MATCH (n:A&B:C) RETURN n        | UnexpectedSyntax         |
      | MATCH (n:A:B&C) RETURN n        | UnexpectedSyntax         |
      | MATCH (n:!A:B) RETURN n         | UnexpectedSyntax         |
      | MATCH ()-[:T\|:U&V]->() RETURN 1 | UnexpectedSyntax        |
      | MATCH (n) WHERE n:A:B\|C RETURN n | UnexpectedSyntax       |
      | MATCH (n:A&) RETURN n           | UnexpectedSyntax         |
      | MATCH (n:(A\|B) RETURN n        | UnexpectedSyntax         |
      | MATCH (n:) RETURN n             | UnexpectedSyntax         |
      | RETURN 1:A\|B                   | InvalidArgumentType      |

  Scenario: A colon behind the bar is accepted between types
    Given an empty graph
    And having executed:
      """
      CREATE (a)-[:A]->(b)-[:B]->(c)-[:C]->(a)
      """
    When executing query:
      """
      MATCH ()-[r:A|:B]->() RETURN type(r) AS type
      """
    Then the result should be, in any order:
      | type |
      | 'A'  |
      | 'B'  |
    And no side effects
