Feature: Contradictions: rules that say what cannot hold together

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:Person {name: 'Ann', age: 40}), (b:Person {name: 'Bob'}), (o:Office {name: 'chair'}),
             (a)-[:HOLDS {n: 1}]->(o), (b)-[:HOLDS {n: 2}]->(o), (a)-[:KNOWS {n: 3}]->(b)
      """

  Scenario: A contradiction is declared, shown and dropped
    Given having executed:
      """
      CREATE CONTRADICTION one_holder FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o) WHERE a.name < b.name
      """
    When executing query:
      """
      SHOW CONTRADICTIONS
      """
    Then the result should be, in any order:
      | name         | pattern                                                             |
      | 'one_holder' | '(a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o) WHERE a.name < b.name' |
    And no side effects
    When executing query:
      """
      DROP CONTRADICTION one_holder
      """
    Then the result should be empty
    When executing query:
      """
      SHOW CONTRADICTIONS YIELD name RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |

  Scenario: It is declared, and dropped
    When executing query:
      """
      CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    Then the result should be empty
    And the side effects should be:
      | +contradictions | 1 |
    When executing query:
      """
      DROP CONTRADICTION both
      """
    Then the result should be empty
    And the side effects should be:
      | -contradictions | 1 |

  Scenario: Without a name it gets one that its pattern decides
    Given having executed:
      """
      CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o)
      """
    When executing query:
      """
      SHOW CONTRADICTIONS YIELD name, createStatement
      WHERE name STARTS WITH 'contradiction_' RETURN createStatement ENDS WITH 'FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o)' AS same
      """
    Then the result should be, in any order:
      | same |
      | true |
    And no side effects

  Scenario: IF NOT EXISTS and IF EXISTS make no failure
    Given having executed:
      """
      CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    And having executed:
      """
      CREATE CONTRADICTION both IF NOT EXISTS FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o)
      """
    And having executed:
      """
      CREATE CONTRADICTION IF NOT EXISTS FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    And having executed:
      """
      DROP CONTRADICTION neither IF EXISTS
      """
    When executing query:
      """
      SHOW CONTRADICTION YIELD name
      """
    Then the result should be, in any order:
      | name   |
      | 'both' |
    And no side effects

  Scenario: The words stay names
    Given having executed:
      """
      CREATE CONTRADICTION contradiction FOR for = (if)-[r:HOLDS]->(for2), (x)-[s:HOLDS]->(for2)
      """
    And having executed:
      """
      CREATE CONTRADICTION for FOR ()-[r:HOLDS]->(contradiction)<-[s:HOLDS]-()
      """
    And having executed:
      """
      CREATE contradiction = (:Contradiction {contradiction: 1})
      """
    When executing query:
      """
      SHOW CONTRADICTIONS YIELD name
      """
    Then the result should be, in any order:
      | name            |
      | 'contradiction' |
      | 'for'           |
    And no side effects

  Scenario: More than two statements, and only the named ones
    Given having executed:
      """
      CREATE CONTRADICTION all_three FOR (a)-[r:HOLDS]->(o)<-[s:HOLDS]-(b), (a)-[k:KNOWS]->(b), (c)-[:HOLDS]->(o)
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD kind, statement, against
      RETURN kind, statement.n AS n, [x IN against | x.n] AS against
      """
    Then the result should be, in any order:
      | kind | n | against |
    And no side effects

  Scenario: Nodes of the pattern are what makes statements meet
    Given having executed:
      """
      CREATE CONTRADICTION by_friends FOR (a:Person {name: 'Ann'})-[r:HOLDS]->(o)<-[s:HOLDS]-(b) WHERE EXISTS { (a)-[:KNOWS]->(b) }
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD kind, statement, against, asserted_by, denied_by
      RETURN kind, statement.n AS n, [x IN against | x.n] AS against, asserted_by, denied_by
      """
    Then the result should be, in any order:
      | kind         | n | against | asserted_by | denied_by |
      | 'by_friends' | 1 | [2]     | []          | []        |
    And no side effects

  Scenario: A claim can be what contradicts
    Given having executed:
      """
      MATCH (a:Person {name: 'Ann'}), (b:Person {name: 'Bob'}), ()-[r:HOLDS {n: 1}]->(), ()-[s:HOLDS {n: 2}]->()
      CREATE (b)-[:ASSERTS {n: 4}]->[r], (b)-[:ASSERTS {n: 5}]->[s]
      """
    And having executed:
      """
      CREATE CONTRADICTION two_faced FOR (who)-[c:ASSERTS]->[:HOLDS], (who)-[d:ASSERTS]->[:HOLDS]
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD statement, against
      RETURN statement.n AS n, [x IN against | x.n] AS against
      """
    Then the result should be, in any order:
      | n | against |
      | 4 | [5]     |
    And no side effects

  Scenario: A rule is bound to the database, not to what it holds
    Given having executed:
      """
      CREATE CONTRADICTION later FOR (a)-[r:LEFT]->(o), (a)-[s:STAYED]->(o)
      """
    And having executed:
      """
      MATCH (o:Office) CREATE (a:Person)-[:LEFT {n: 6}]->(o)<-[:STAYED {n: 7}]-(a)
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD kind, statement RETURN kind, statement.n AS n
      """
    Then the result should be, in any order:
      | kind    | n |
      | 'later' | 6 |
    And no side effects

  Scenario: EXPLAIN says what would be declared, and declares nothing
    Given having executed:
      """
      EXPLAIN CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    When executing query:
      """
      SHOW CONTRADICTIONS YIELD name RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: Fail to declare a contradiction of one statement
    When executing query:
      """
      CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[:HOLDS]->(o)
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition

  Scenario: Fail to declare a contradiction of none
    When executing query:
      """
      CREATE CONTRADICTION FOR (a:Person)
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition

  Scenario: Fail to declare a contradiction between lists of relationships
    When executing query:
      """
      CREATE CONTRADICTION FOR (a)-[r:KNOWS*1..2]->(b), (a)-[s:KNOWS]->{1,2}(b)
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition

  Scenario: Fail where the condition names what the pattern does not
    When executing query:
      """
      CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o) WHERE a <> c
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: Fail where a parameter is to decide
    Given parameters are:
      | who | 'Ann' |
    When executing query:
      """
      CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o) WHERE a.name = $who
      """
    Then a SyntaxError should be raised at compile time: InvalidParameterUse

  Scenario: Fail where a rule would ask the rules
    When executing query:
      """
      CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o)
      WHERE EXISTS { CALL dossier.disputes() YIELD kind RETURN kind }
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition

  Scenario: Fail to declare a name twice
    Given having executed:
      """
      CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    When executing query:
      """
      CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ContradictionExists

  Scenario: Fail to declare a rule twice
    Given having executed:
      """
      CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    When executing query:
      """
      CREATE CONTRADICTION again FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ContradictionExists

  Scenario: Fail to give a contradiction the name of a constraint
    Given having executed:
      """
      CREATE CONSTRAINT both FOR (n:Person) REQUIRE n.name IS UNIQUE
      """
    When executing query:
      """
      CREATE CONTRADICTION both IF NOT EXISTS FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ConstraintExists

  Scenario: Fail to give an index the name of a contradiction
    Given having executed:
      """
      CREATE CONTRADICTION both FOR (a)-[r:HOLDS]->(o), (a)-[s:KNOWS]->(b)
      """
    When executing query:
      """
      CREATE INDEX both FOR (n:Person) ON (n.age)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ContradictionExists

  Scenario: Fail to drop what is not there
    When executing query:
      """
      DROP CONTRADICTION both
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchContradiction

  Scenario: Fail to declare a contradiction according to somebody
    When executing query:
      """
      ACCORDING TO 'Ann' CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: Fail behind the pattern
    When executing query:
      """
      CREATE CONTRADICTION FOR (a)-[r:HOLDS]->(o), (b)-[s:HOLDS]->(o) RETURN r
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
