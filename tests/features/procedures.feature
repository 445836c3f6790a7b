Feature: Built-in procedures

  Scenario: The labels that nodes have
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      CALL db.labels()
      """
    Then the result should be, in order:
      | label    |
      | 'Author' |
      | 'City'   |
      | 'Person' |
    And no side effects

  Scenario: An empty graph has no labels
    Given an empty graph
    When executing query:
      """
      CALL db.labels()
      """
    Then the result should be empty
    And no side effects

  Scenario: A label that no node has any more
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City);
      MATCH (c:City) DELETE c
      """
    When executing query:
      """
      CALL db.labels() YIELD label RETURN count(*) AS labels
      """
    Then the result should be, in any order:
      | labels |
      | 2      |
    And no side effects

  Scenario: Relationship types
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      CALL db.relationshipTypes() YIELD relationshipType AS t RETURN t
      """
    Then the result should be, in any order:
      | t       |
      | 'KNOWS' |
    And no side effects

  Scenario: Property keys
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      CALL db.propertyKeys() YIELD propertyKey WHERE propertyKey STARTS WITH 'b' RETURN propertyKey
      """
    Then the result should be, in any order:
      | propertyKey |
      | 'born'      |
    And no side effects

  Scenario: A procedure for each row
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      UNWIND [1, 2] AS x CALL db.relationshipTypes() YIELD relationshipType RETURN x, relationshipType
      """
    Then the result should be, in any order:
      | x | relationshipType |
      | 1 | 'KNOWS'          |
      | 2 | 'KNOWS'          |
    And no side effects

  Scenario: A procedure in OPTIONAL CALL
    Given an empty graph
    When executing query:
      """
      OPTIONAL CALL db.labels() YIELD label RETURN label
      """
    Then the result should be, in any order:
      | label |
      | null  |
    And no side effects

  Scenario: A procedure in a subquery
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      MATCH (c:City) RETURN COUNT { CALL db.labels() YIELD label RETURN label } AS labels
      """
    Then the result should be, in any order:
      | labels |
      | 3      |
    And no side effects

  Scenario: A procedure sees what the statement has created
    Given an empty graph
    When executing query:
      """
      CREATE (:New) WITH 1 AS one CALL db.labels() YIELD label RETURN label
      """
    Then the result should be, in any order:
      | label |
      | 'New' |
    And the side effects should be:
      | +nodes  | 1 |
      | +labels | 1 |

  Scenario: Properties of nodes
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      CALL db.schema.nodeTypeProperties() YIELD nodeType, propertyName, propertyTypes, mandatory RETURN nodeType, propertyName, propertyTypes, mandatory
      """
    Then the result should be, in any order:
      | nodeType         | propertyName | propertyTypes | mandatory |
      | ':Author:Person' | 'name'       | ['STRING']    | true      |
      | ':City'          | null         | null          | false     |
      | ':Person'        | 'born'       | ['INTEGER']   | true      |
      | ':Person'        | 'name'       | ['STRING']    | true      |
    And no side effects

  Scenario: A property that only some have
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City);
      CREATE (:City {size: 1}), (:City {size: 'x'})
      """
    When executing query:
      """
      CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName, propertyTypes, mandatory WHERE nodeLabels = ['City'] RETURN propertyName, propertyTypes, mandatory
      """
    Then the result should be, in any order:
      | propertyName | propertyTypes         | mandatory |
      | 'size'       | ['INTEGER', 'STRING'] | false     |
    And no side effects

  Scenario: Properties of relationships
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City)
      """
    When executing query:
      """
      CALL db.schema.relTypeProperties()
      """
    Then the result should be, in any order:
      | relType  | propertyName | propertyTypes | mandatory |
      | ':KNOWS' | 'since'      | ['INTEGER']   | true      |
    And no side effects

  Scenario: The shape of the graph
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City);
      MATCH (c:City), ()-[r:KNOWS]->() CREATE (c)-[:ASSERTS]->[r]
      """
    When executing query:
      """
      CALL db.schema.visualization() YIELD nodes, relationships RETURN [n IN nodes | n.name] AS names, [r IN relationships WHERE r.type = 'ASSERTS' | r] AS claims
      """
    Then the result should be, in any order:
      | names                        | claims                                                           |
      | ['Person', 'Author', 'City'] | [{type: 'ASSERTS', start: '(:City)', end: '[:KNOWS]', count: 1}] |
    And no side effects

  Scenario: What the shape tells of declarations
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City);
      CREATE INDEX born FOR (n:Person) ON (n.born);
      CREATE CONSTRAINT name FOR (n:Person) REQUIRE n.name IS UNIQUE;
      CREATE CONSTRAINT since FOR ()-[r:KNOWS]-() REQUIRE r.since IS :: INTEGER;
      CREATE EDGE TYPE (:Person)-[:KNOWS]->(:Person), (:Person)-[:KNOWS]->[:KNOWS]
      """
    When executing query:
      """
      CALL db.schema.visualization() YIELD nodes UNWIND nodes AS n WITH n WHERE n.name = 'Person' RETURN n.count AS count, n.indexes AS indexes, size(n.constraints) AS constraints
      """
    Then the result should be, in any order:
      | count | indexes          | constraints |
      | 2     | ['born', 'name'] | 1           |
    And no side effects

  Scenario: Indexes
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann', born: 1970})-[:KNOWS {since: 2010}]->(:Person:Author {name: 'Bob'});
      CREATE (:City);
      CREATE INDEX born FOR (n:Person) ON (n.born);
      CREATE CONSTRAINT name FOR (n:Person) REQUIRE n.name IS UNIQUE;
      CREATE CONSTRAINT since FOR ()-[r:KNOWS]-() REQUIRE r.since IS :: INTEGER;
      CREATE EDGE TYPE (:Person)-[:KNOWS]->(:Person), (:Person)-[:KNOWS]->[:KNOWS]
      """
    When executing query:
      """
      CALL db.indexes() YIELD name, owningConstraint, entries, distinctValues RETURN name, owningConstraint, entries, distinctValues
      """
    Then the result should be, in order:
      | name   | owningConstraint | entries | distinctValues |
      | 'born' | null             | 1       | 1              |
      | 'name' | 'name'           | 2       | 2              |
    And no side effects

  Scenario: What a procedure gives can be declared again
    Given an empty graph
    And having executed:
      """
      CREATE INDEX born FOR (n:Person) ON (n.born);
      CREATE CONSTRAINT name FOR (n:Person) REQUIRE n.name IS UNIQUE;
      CREATE CONSTRAINT since FOR ()-[r:KNOWS]-() REQUIRE r.since IS :: INTEGER;
      CREATE EDGE TYPE (:Person)-[:KNOWS]->(:Person), (:Person)-[:KNOWS]->[:KNOWS]
      """
    When executing query:
      """
      CALL db.indexes() YIELD createStatement RETURN createStatement UNION CALL db.constraints() YIELD createStatement RETURN createStatement UNION CALL db.edgeTypes() YIELD createStatement RETURN createStatement
      """
    Then the result should be, in any order:
      | createStatement                                                                |
      | 'CREATE RANGE INDEX born FOR (n:Person) ON (n.born)'                           |
      | 'CREATE CONSTRAINT name FOR (n:Person) REQUIRE n.name IS UNIQUE'               |
      | 'CREATE CONSTRAINT since FOR ()-[r:KNOWS]-() REQUIRE r.since IS :: INTEGER'    |
      | 'CREATE EDGE TYPE (:Person)-[:KNOWS]->(:Person), (:Person)-[:KNOWS]->[:KNOWS]' |
    And no side effects

  Scenario: Procedures that can be called
    Given an empty graph
    When executing query:
      """
      CALL dbms.procedures() YIELD name, signature WHERE name = 'db.labels' RETURN signature
      """
    Then the result should be, in any order:
      | signature                          |
      | 'db.labels() :: (label :: STRING)' |
    And no side effects

  Scenario: Functions that can be called
    Given an empty graph
    When executing query:
      """
      CALL dbms.functions() YIELD name, category, aggregating WHERE name IN ['count', 'toUpper'] RETURN name, category, aggregating
      """
    Then the result should be, in any order:
      | name      | category      | aggregating |
      | 'count'   | 'Aggregating' | true        |
      | 'toUpper' | 'String'      | false       |
    And no side effects

  Scenario: The name of the database
    Given an empty graph
    When executing query:
      """
      CALL dbms.components() YIELD name, versions RETURN name, size(versions) AS versions
      """
    Then the result should be, in any order:
      | name      | versions |
      | 'Dossier' | 1        |
    And no side effects

  Scenario: A procedure that does not exist
    Given an empty graph
    When executing query:
      """
      CALL db.label()
      """
    Then a ProcedureError should be raised at compile time: ProcedureNotFound
    And no side effects

  Scenario: A column that does not exist
    Given an empty graph
    When executing query:
      """
      CALL db.labels() YIELD lable RETURN lable
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable
    And no side effects

  Scenario: An argument too many
    Given an empty graph
    When executing query:
      """
      CALL db.labels(1)
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberOfArguments
    And no side effects

  Scenario: EXPLAIN of a procedure
    Given an empty graph
    When executing query:
      """
      EXPLAIN CALL db.labels()
      """
    Then the result should be empty
    And no side effects

  Scenario: Waiting for indexes keeps the rows
    Given an empty graph
    And having executed:
      """
      CREATE INDEX born FOR (n:Person) ON (n.born)
      """
    When executing query:
      """
      UNWIND [1, 2] AS x CALL db.awaitIndexes(300) CALL db.awaitIndex('born', 10) CALL db.ping() YIELD success
      RETURN x, success
      """
    Then the result should be, in any order:
      | x | success |
      | 1 | true    |
      | 2 | true    |
    And no side effects

  Scenario: Waiting for indexes alone
    Given an empty graph
    When executing query:
      """
      CALL db.awaitIndexes()
      """
    Then the result should be empty
    And no side effects

  Scenario: Fail to wait for an index that is not there
    Given an empty graph
    When executing query:
      """
      CALL db.awaitIndex('born')
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchIndex

  Scenario: A procedure that takes nothing needs no brackets, inside a query either
    Given an empty graph
    And having executed:
      """
      CREATE (:A), (:B)
      """
    When executing query:
      """
      UNWIND [1] AS x CALL db.labels YIELD label AS l WHERE l <> 'A' RETURN x, l
      """
    Then the result should be, in any order:
      | x | l   |
      | 1 | 'B' |
    And no side effects

  Scenario Outline: Fail to call procedures of other systems
    Given an empty graph
    When executing query:
      """
      CALL <call>
      """
    Then a ProcedureError should be raised at compile time: ProcedureNotFound

    Examples:
      | call                                      |
      | apoc.periodic.iterate('a', 'b', {})       |
      | db.index.fulltext.queryNodes('x', 'y')    |
      | db.createLabel('x')                       |
      | dbms.listConfig()                         |
