Feature: SHOW

  Scenario: Indexes
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
      SHOW INDEXES
      """
    Then the result should be, in order:
      | name   | type    | entityType | labelsOrTypes | properties | owningConstraint |
      | 'born' | 'RANGE' | 'NODE'     | ['Person']    | ['born']   | null             |
      | 'name' | 'RANGE' | 'NODE'     | ['Person']    | ['name']   | 'name'           |
    And no side effects

  Scenario: The singular and ALL say the same
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
      SHOW ALL INDEX
      """
    Then the result should be, in order:
      | name   | type    | entityType | labelsOrTypes | properties | owningConstraint |
      | 'born' | 'RANGE' | 'NODE'     | ['Person']    | ['born']   | null             |
      | 'name' | 'RANGE' | 'NODE'     | ['Person']    | ['name']   | 'name'           |
    And no side effects

  Scenario: Constraints
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
      SHOW CONSTRAINTS
      """
    Then the result should be, in order:
      | name    | type                         | entityType     | labelsOrTypes | properties | ownedIndex | propertyType |
      | 'name'  | 'NODE_PROPERTY_UNIQUENESS'   | 'NODE'         | ['Person']    | ['name']   | 'name'     | null         |
      | 'since' | 'RELATIONSHIP_PROPERTY_TYPE' | 'RELATIONSHIP' | ['KNOWS']     | ['since']  | null       | 'INTEGER'    |
    And no side effects

  Scenario: Edge types
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
      SHOW EDGE TYPES
      """
    Then the result should be, in any order:
      | relationshipType | start       | end         |
      | 'KNOWS'          | '(:Person)' | '(:Person)' |
      | 'KNOWS'          | '(:Person)' | '[:KNOWS]'  |
    And no side effects

  Scenario: Functions
    Given an empty graph
    When executing query:
      """
      SHOW FUNCTIONS YIELD name, signature WHERE name = 'toUpper'
      """
    Then the result should be, in any order:
      | name      | signature                           |
      | 'toUpper' | 'toUpper(text :: STRING) :: STRING' |
    And no side effects

  Scenario: Procedures
    Given an empty graph
    When executing query:
      """
      SHOW PROCEDURES WHERE name STARTS WITH 'dbms.c'
      """
    Then the result should be, in any order:
      | name              | description                                  | signature                                                         |
      | 'dbms.components' | 'What this is, its version, and that it is embedded.' | 'dbms.components() :: (name :: STRING, versions :: LIST<STRING>, edition :: STRING)' |
    And no side effects

  Scenario: WHERE may ask for columns that are not shown
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
      SHOW INDEXES WHERE createStatement CONTAINS 'born'
      """
    Then the result should be, in any order:
      | name   | type    | entityType | labelsOrTypes | properties | owningConstraint |
      | 'born' | 'RANGE' | 'NODE'     | ['Person']    | ['born']   | null             |
    And no side effects

  Scenario: YIELD chooses and renames columns
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
      SHOW INDEXES YIELD properties AS keys, name
      """
    Then the result should be, in order:
      | keys     | name   |
      | ['born'] | 'born' |
      | ['name'] | 'name' |
    And no side effects

  Scenario: YIELD sorts, cuts and filters
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
      SHOW CONSTRAINTS YIELD name ORDER BY name DESC LIMIT 1 WHERE name <> 'x' RETURN name AS last
      """
    Then the result should be, in any order:
      | last    |
      | 'since' |
    And no side effects

  Scenario: YIELD of everything
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
      SHOW EDGE TYPES YIELD * WHERE end STARTS WITH '[' RETURN start, end
      """
    Then the result should be, in any order:
      | start       | end        |
      | '(:Person)' | '[:KNOWS]' |
    And no side effects

  Scenario: RETURN may aggregate
    Given an empty graph
    When executing query:
      """
      SHOW FUNCTIONS YIELD aggregating WHERE aggregating RETURN count(*) > 5 AS many
      """
    Then the result should be, in any order:
      | many |
      | true |
    And no side effects

  Scenario: Words of SHOW stay names
    Given an empty graph
    When executing query:
      """
      WITH 1 AS show, 2 AS indexes RETURN show + indexes AS sum
      """
    Then the result should be, in any order:
      | sum |
      | 3   |
    And no side effects

  Scenario: EXPLAIN of SHOW
    Given an empty graph
    When executing query:
      """
      EXPLAIN SHOW INDEXES
      """
    Then the result should be empty
    And no side effects

  Scenario: What cannot be shown
    Given an empty graph
    When executing query:
      """
      SHOW VIEWS
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: There are no tables to show
    Given an empty graph
    When executing query:
      """
      SHOW TABLES
      """
    Then a SyntaxError should be raised at compile time: UnsupportedStatement
    And no side effects

  Scenario: A column that there is not
    Given an empty graph
    When executing query:
      """
      SHOW INDEXES YIELD size
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable
    And no side effects

  Scenario: SHOW stands alone
    Given an empty graph
    When executing query:
      """
      MATCH (n) SHOW INDEXES
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: Nothing follows SHOW
    Given an empty graph
    When executing query:
      """
      SHOW INDEXES MATCH (n) RETURN n
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario Outline: The database that is open, as other systems list theirs
    Given an empty graph
    When executing query:
      """
      SHOW <what> YIELD name, type, access, writer, currentStatus, default
      """
    Then the result should be, in any order:
      | name     | type       | access       | writer | currentStatus | default |
      | 'memory' | 'standard' | 'read-write' | true   | 'online'      | true    |
    And no side effects

    Examples:
      | what             |
      | DATABASES        |
      | DATABASE         |
      | HOME DATABASE    |
      | DEFAULT DATABASE |

  Scenario Outline: Everything can be called, there being no users
    Given an empty graph
    When executing query:
      """
      SHOW <what> YIELD name WHERE name IN ['abs', 'db.ping'] RETURN count(*) AS found
      """
    Then the result should be, in any order:
      | found |
      | 1     |
    And no side effects

    Examples:
      | what                                   |
      | FUNCTIONS EXECUTABLE                   |
      | ALL FUNCTIONS EXECUTABLE BY CURRENT USER |
      | BUILT IN FUNCTIONS                     |
      | PROCEDURES EXECUTABLE BY CURRENT USER  |

  Scenario Outline: Fail to show what there is not
    Given an empty graph
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: <error>

    Examples:
      | query                              | error                |
      | SHOW USERS                         | UnsupportedStatement |
      | SHOW CURRENT USER YIELD name       | UnsupportedStatement |
      | SHOW PRIVILEGES                    | UnsupportedStatement |
      | SHOW SERVERS                       | UnsupportedStatement |
      | SHOW SETTINGS                      | UnsupportedStatement |
      | SHOW TRANSACTIONS                  | UnsupportedStatement |
      | SHOW PROCEDURES EXECUTABLE BY anna | UnsupportedStatement |
      | SHOW NODE KEY CONSTRAINTS          | UnexpectedSyntax     |
      | SHOW FULLTEXT INDEXES              | UnexpectedSyntax     |
      | SHOW USER DEFINED FUNCTIONS        | UnexpectedSyntax     |
      | SHOW NOTHING                       | UnexpectedSyntax     |

  Scenario: The state of indexes
    Given an empty graph
    And having executed:
      """
      CREATE INDEX born FOR (n:Person) ON (n.born)
      """
    When executing query:
      """
      SHOW INDEXES YIELD name, state, populationPercent WHERE state = 'ONLINE'
      """
    Then the result should be, in any order:
      | name   | state    | populationPercent |
      | 'born' | 'ONLINE' | 100.0             |
    And no side effects

  Scenario: Which procedures change the graph
    Given an empty graph
    When executing query:
      """
      SHOW PROCEDURES YIELD name, mode WHERE name IN ['db.labels', 'dossier.merge']
      """
    Then the result should be, in any order:
      | name            | mode    |
      | 'db.labels'     | 'READ'  |
      | 'dossier.merge' | 'WRITE' |
    And no side effects

  Scenario: Functions are built in
    Given an empty graph
    When executing query:
      """
      SHOW FUNCTIONS YIELD name, isBuiltIn WHERE name = 'abs' OR NOT isBuiltIn
      """
    Then the result should be, in any order:
      | name  | isBuiltIn |
      | 'abs' | true      |
    And no side effects
