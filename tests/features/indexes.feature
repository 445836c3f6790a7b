Feature: Indexes

  Scenario: An index on a property of nodes
    Given an empty graph
    And having executed:
      """
      CREATE (:Person {name: 'Ann'})
      """
    When executing query:
      """
      CREATE INDEX person_name FOR (n:Person) ON (n.name)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: An index needs no name
    Given an empty graph
    When executing query:
      """
      CREATE INDEX FOR (n:Person) ON (n.name)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: An index on several properties
    Given an empty graph
    When executing query:
      """
      CREATE RANGE INDEX FOR (n:Person) ON (n.name, n.born)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: An index on a property of relationships
    Given an empty graph
    When executing query:
      """
      CREATE INDEX since FOR ()-[r:KNOWS]-() ON (r.since)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: The pattern of relationships may have a direction
    Given an empty graph
    When executing query:
      """
      CREATE INDEX since FOR ()<-[r:KNOWS]-() ON (r.since)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: A text index is an index
    Given an empty graph
    When executing query:
      """
      CREATE TEXT INDEX t FOR (n:Person) ON (n.name)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: Words of the statement may be names
    Given an empty graph
    When executing query:
      """
      CREATE INDEX for FOR (index:Index) ON (index.`on`, index.type)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: An index may be called if
    Given an empty graph
    When executing query:
      """
      CREATE INDEX if IF NOT EXISTS FOR (if:If) ON (if.if)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: A path may still be called index
    Given an empty graph
    When executing query:
      """
      CREATE index = (:A)-[:T]->(:B) RETURN length(index) AS length
      """
    Then the result should be, in any order:
      | length |
      | 1      |
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 1 |
      | +labels        | 2 |

  Scenario: Two indexes cannot have one name
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      CREATE INDEX i FOR (n:B) ON (n.y)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: IndexExists
    And no side effects

  Scenario: Two indexes cannot be about the same
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      CREATE INDEX j FOR (n:A) ON (n.x)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: IndexExists
    And no side effects

  Scenario: The order of properties makes another index
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x, n.y)
      """
    When executing query:
      """
      CREATE INDEX j FOR (n:A) ON (n.y, n.x)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: A label and a type of one name are not the same
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      CREATE INDEX j FOR ()-[r:A]-() ON (r.x)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: IF NOT EXISTS keeps an index of the same name
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      CREATE INDEX i IF NOT EXISTS FOR (n:B) ON (n.y)
      """
    Then the result should be empty
    And no side effects

  Scenario: IF NOT EXISTS keeps an index on the same
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      CREATE INDEX IF NOT EXISTS FOR (n:A) ON (n.x)
      """
    Then the result should be empty
    And no side effects

  Scenario: IF NOT EXISTS creates what is not there
    Given an empty graph
    When executing query:
      """
      CREATE INDEX i IF NOT EXISTS FOR (n:A) ON (n.x)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: The index of a constraint serves as well
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      CREATE INDEX IF NOT EXISTS FOR (n:A) ON (n.x)
      """
    Then the result should be empty
    And no side effects

  Scenario: A constraint without index has its name for itself
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    When executing query:
      """
      CREATE INDEX c IF NOT EXISTS FOR (n:A) ON (n.x)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: ConstraintExists
    And no side effects

  Scenario: DROP INDEX
    Given an empty graph
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      DROP INDEX i
      """
    Then the result should be empty
    And the side effects should be:
      | -indexes | 1 |

  Scenario: An index that is not there cannot be dropped
    Given an empty graph
    When executing query:
      """
      DROP INDEX i
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchIndex
    And no side effects

  Scenario: IF EXISTS drops nothing where nothing is
    Given an empty graph
    When executing query:
      """
      DROP INDEX i IF EXISTS
      """
    Then the result should be empty
    And no side effects

  Scenario: The index of a constraint cannot be dropped
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    When executing query:
      """
      DROP INDEX c IF EXISTS
      """
    Then a ConstraintVerificationFailed should be raised at runtime: IndexOwned
    And no side effects

  Scenario: A constraint is no index
    Given an empty graph
    And having executed:
      """
      CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS NOT NULL
      """
    When executing query:
      """
      DROP INDEX c
      """
    Then a ConstraintVerificationFailed should be raised at runtime: NoSuchIndex
    And no side effects

  Scenario: A property belongs to the variable of the pattern
    Given an empty graph
    When executing query:
      """
      CREATE INDEX FOR (n:A) ON (m.x)
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable
    And no side effects

  Scenario: A property stands once in an index
    Given an empty graph
    When executing query:
      """
      CREATE INDEX FOR (n:A) ON (n.x, n.x)
      """
    Then a SyntaxError should be raised at compile time: InvalidSchemaDefinition
    And no side effects

  Scenario: An index is about one label
    Given an empty graph
    When executing query:
      """
      CREATE INDEX FOR (n:A|B) ON (n.x)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: Fulltext indexes are refused
    Given an empty graph
    When executing query:
      """
      CREATE FULLTEXT INDEX FOR (n:A) ON EACH [n.x]
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: Vector indexes are refused
    Given an empty graph
    When executing query:
      """
      CREATE VECTOR INDEX v FOR (n:A) ON (n.x)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: Point indexes are refused
    Given an empty graph
    When executing query:
      """
      CREATE POINT INDEX FOR (n:A) ON (n.x)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: Lookup indexes are refused
    Given an empty graph
    When executing query:
      """
      CREATE LOOKUP INDEX FOR (n) ON EACH labels(n)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: Options are refused
    Given an empty graph
    When executing query:
      """
      CREATE INDEX FOR (n:A) ON (n.x) OPTIONS {indexProvider: 'range-1.0'}
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: The syntax of old is refused
    Given an empty graph
    When executing query:
      """
      CREATE INDEX ON :Person(name)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: An index cannot be replaced
    Given an empty graph
    When executing query:
      """
      CREATE OR REPLACE INDEX i FOR (n:A) ON (n.x)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: IF EXISTS stands behind the name
    Given an empty graph
    When executing query:
      """
      DROP INDEX IF EXISTS i
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: A statement about the schema stands alone
    Given an empty graph
    When executing query:
      """
      MATCH (n) CREATE INDEX FOR (n:A) ON (n.x)
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax
    And no side effects

  Scenario: EXPLAIN creates nothing
    Given an empty graph
    When executing query:
      """
      EXPLAIN CREATE INDEX FOR (n:A) ON (n.x)
      """
    Then the result should be empty
    And no side effects

  Scenario: PROFILE creates it
    Given an empty graph
    When executing query:
      """
      PROFILE CREATE INDEX FOR (n:A) ON (n.x)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |

  Scenario: The name of an index may be a parameter
    Given an empty graph
    And parameters are:
      | name | 'by x' |
    When executing query:
      """
      CREATE INDEX $name IF NOT EXISTS FOR (n:A) ON (n.x)
      """
    Then the result should be empty
    And the side effects should be:
      | +indexes | 1 |
    When executing control query:
      """
      CALL db.indexes() YIELD name RETURN name
      """
    Then the result should be, in any order:
      | name   |
      | 'by x' |

  Scenario: An index is dropped by a parameter
    Given an empty graph
    And having executed:
      """
      CREATE INDEX `by x` FOR (n:A) ON (n.x)
      """
    And parameters are:
      | name | 'by x' |
    When executing query:
      """
      DROP INDEX $name IF EXISTS
      """
    Then the result should be empty
    And the side effects should be:
      | -indexes | 1 |

  Scenario: The name of a constraint may be a parameter
    Given an empty graph
    And parameters are:
      | name | 'once' |
    When executing query:
      """
      CREATE CONSTRAINT $name FOR (n:A) REQUIRE n.x IS UNIQUE
      """
    Then the result should be empty
    And the side effects should be:
      | +constraints | 1 |
    When executing query:
      """
      DROP CONSTRAINT $name
      """
    Then the result should be empty
    And the side effects should be:
      | -constraints | 1 |

  Scenario: The parameter for a name is missing
    Given an empty graph
    When executing query:
      """
      DROP INDEX $name
      """
    Then a ParameterMissing should be raised at runtime: MissingParameter

  Scenario: A name is a string
    Given an empty graph
    And parameters are:
      | name | 1 |
    When executing query:
      """
      CREATE INDEX $name FOR (n:A) ON (n.x)
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType
    And no side effects

  Scenario: Inside a view an index counts what is there
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1}), (:A {x: 1, valid_from: date('2020-01-01')}), (:A {x: 2, valid_from: date('2020-01-01')})
      """
    And having executed:
      """
      CREATE INDEX i FOR (n:A) ON (n.x)
      """
    When executing query:
      """
      AS OF date('2010-01-01') CALL db.indexes() YIELD entries, distinctValues RETURN entries, distinctValues
      """
    Then the result should be, in any order:
      | entries | distinctValues |
      | 1       | 1              |
    When executing query:
      """
      CALL db.indexes() YIELD entries, distinctValues RETURN entries, distinctValues
      """
    Then the result should be, in any order:
      | entries | distinctValues |
      | 3       | 2              |
