Feature: COPY

  Scenario: Rows of a file become nodes
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      id,name,born
      1,Li Chenggang,1967
      2,"He, Lifeng",
      """
    When executing query:
      """
      COPY Person FROM $file
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 5 |
    When executing control query:
      """
      MATCH (p:Person) RETURN p.id AS id, p.name AS name, p.born AS born
      """
    Then the result should be, in any order:
      | id | name           | born |
      | 1  | 'Li Chenggang' | 1967 |
      | 2  | 'He, Lifeng'   | null |

  Scenario: A header that names ends makes relationships between what is there
    Given having executed:
      """
      CREATE (:Person {id: 1}), (:Person {id: 'x'}), (:Person {id: 3})
      """
    And there exists a CSV file with URL as $file, with text:
      """
      from,to,since
      1,x,2025-06-09
      x,x,
      1,x,2025-06-10
      """
    When executing query:
      """
      COPY (:Person)-[:KNOWS]->(:Person) FROM $file
      """
    Then the result should be empty
    And the side effects should be:
      | +relationships | 3 |
      | +properties    | 2 |
    When executing control query:
      """
      MATCH (a)-[k:KNOWS]->(b) RETURN a.id AS a, b.id AS b, count(*) AS times, min(k.since) AS first
      """
    Then the result should be, in any order:
      | a   | b   | times | first        |
      | 1   | 'x' | 2     | '2025-06-09' |
      | 'x' | 'x' | 1     | null         |

  Scenario: A bare name is a type where the header names ends, and the header tells of the spaces
    Given having executed:
      """
      CREATE (:Person {id: 1}), (:Person {id: 2})
      """
    And there exists a CSV file with URL as $file, with text:
      """
      :START_ID(Person),:END_ID(Person),weight:float
      2,1,0.5
      """
    When executing query:
      """
      COPY FOLLOWS FROM $file
      """
    Then the side effects should be:
      | +relationships | 1 |
      | +properties    | 1 |
    When executing control query:
      """
      MATCH (a)-[f:FOLLOWS]->(b) RETURN a.id AS a, b.id AS b, f.weight AS weight
      """
    Then the result should be, in any order:
      | a | b | weight |
      | 2 | 1 | 0.5    |

  Scenario: Relationships that end at relationships
    Given having executed:
      """
      CREATE (:Government {id: 'us'}), (:Agreement {id: 'g'})
      """
    And there exists a CSV file with URL as $breaches, with text:
      """
      id,from,to
      b1,us,g
      """
    And there exists a CSV file with URL as $twice, with text:
      """
      from,to
      us,b1
      """
    When executing query:
      """
      COPY (:Government)-[:VIOLATED]->(:Agreement) FROM $breaches
      """
    Then the side effects should be:
      | +relationships | 1 |
      | +properties    | 1 |
    When executing control query:
      """
      COPY (:Government)-[:ASSERTS]->[:VIOLATED] FROM $twice
      """
    Then the result should be empty
    When executing control query:
      """
      MATCH (who)-[:ASSERTS]->[v] RETURN who.id AS who, v.id AS what
      """
    Then the result should be, in any order:
      | who  | what |
      | 'us' | 'b1' |

  Scenario: Columns that no header names, and another delimiter
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      7|a;b|Old
      8||
      """
    When executing query:
      """
      COPY (:City) FROM [$file] (COLUMNS ['id:ID(City){id-type:int}', 'tags:string[]', ':LABEL'], DELIM = '|')
      """
    Then the side effects should be:
      | +nodes      | 2 |
      | +labels     | 2 |
      | +properties | 3 |
    When executing control query:
      """
      MATCH (c) RETURN c.id AS id, c.tags AS tags, labels(c) AS labels
      """
    Then the result should be (ignoring element order for lists):
      | id | tags       | labels          |
      | 7  | ['a', 'b'] | ['City', 'Old'] |
      | 8  | null       | ['City']        |

  Scenario: Several files, of which the later ones may repeat the header
    Given an empty graph
    And there exists a CSV file with URL as $first, with text:
      """
      id,name
      1,a
      """
    And there exists a CSV file with URL as $second, with text:
      """
      id,name
      2,b
      """
    And there exists a CSV file with URL as $third, with text:
      """
      3,c
      """
    When executing query:
      """
      COPY A FROM [$first, $second, $third]
      """
    Then the side effects should be:
      | +nodes      | 3 |
      | +labels     | 1 |
      | +properties | 6 |

  Scenario: A bad line stops everything
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      id
      1
      1
      """
    When executing query:
      """
      COPY A FROM $file
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat
    And no side effects

  Scenario: Bad lines that are passed over are the result
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      id:ID,n:int
      1,1
      2,x
      1,3
      """
    When executing query:
      """
      COPY A FROM $file (SKIP_BAD 2)
      """
    Then the result should be, in order:
      | file            | line | reason                                                    |
      | 'file:///file.csv' | 3    | '`x` is not an integer of 64 bits'                        |
      | 'file:///file.csv' | 4    | 'the id `1` is there before, in the nodes without a space' |
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 1 |
      | +properties | 2 |

  Scenario: More bad lines than may be passed over
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      id,n
      1,1,1
      2
      """
    When executing query:
      """
      COPY A FROM $file (SKIP_BAD 1)
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat
    And no side effects

  Scenario: The schema holds for what comes in
    Given having executed:
      """
      CREATE CONSTRAINT FOR (a:A) REQUIRE a.id IS UNIQUE
      """
    And having executed:
      """
      CREATE (:A {id: 1})
      """
    And there exists a CSV file with URL as $file, with text:
      """
      id
      2
      1
      """
    When executing query:
      """
      COPY A FROM $file
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation
    And no side effects

  Scenario: An end that is not there
    Given having executed:
      """
      CREATE (:A {id: 1})
      """
    And there exists a CSV file with URL as $file, with text:
      """
      from,to
      1,2
      """
    When executing query:
      """
      COPY R FROM $file
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat
    And no side effects

  Scenario: An empty file
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      """
    When executing query:
      """
      COPY A FROM $file
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat

  Scenario: A header alone
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      id,name
      """
    When executing query:
      """
      COPY A FROM $file
      """
    Then the result should be empty
    And no side effects

  Scenario: A file that is not there
    Given an empty graph
    When executing query:
      """
      COPY A FROM 'file:///nowhere.csv'
      """
    Then an ExternalResourceError should be raised at runtime: FileNotReadable

  Scenario: Results go into a file that can be read again
    Given having executed:
      """
      CREATE (:P {id: 1, name: 'a,"b"', tags: ['x', 'y']}), (:P {id: 2, name: ''}), (:P {id: 3})
      """
    When executing query:
      """
      COPY (MATCH (p:P) RETURN p.id AS id, p.name AS name, p.tags AS `tags` ORDER BY p.id DESC) TO 'file:///out.csv'
      """
    Then the result should be, in any order:
      | rows |
      | 3    |
    And no side effects
    When executing control query:
      """
      LOAD CSV FROM 'file:///out.csv' AS row RETURN row
      """
    Then the result should be, in order:
      | row                      |
      | ['id', 'name', 'tags']   |
      | ['3', null, null]        |
      | ['2', '', null]          |
      | ['1', 'a,"b"', 'x;y']    |
    When executing control query:
      """
      COPY Copied FROM 'file:///out.csv' (COLUMNS ['id:ID{id-type:int}', 'name', 'tags:string[]'], HEADER true)
      """
    Then the result should be empty
    When executing control query:
      """
      MATCH (p:P), (c:Copied {id: p.id}) WHERE properties(p) = properties(c) RETURN count(*) AS same
      """
    Then the result should be, in any order:
      | same |
      | 3    |

  Scenario: Every shape of query can be copied
    Given an empty graph
    When executing query:
      """
      COPY (UNWIND [3, 1, 2] AS x RETURN x ORDER BY x SKIP 1 UNION ALL RETURN 7 AS x) TO 'file:///out.csv' (HEADER false)
      """
    Then the result should be, in any order:
      | rows |
      | 3    |
    When executing control query:
      """
      LOAD CSV FROM 'file:///out.csv' AS row RETURN collect(row[0]) AS rows
      """
    Then the result should be, in any order:
      | rows            |
      | ['2', '3', '7'] |

  Scenario: No rows make a header
    Given an empty graph
    When executing query:
      """
      COPY (MATCH (n:Nobody) RETURN n.a AS a, n.b AS b) TO 'file:///out.csv' (DELIMITER ';')
      """
    Then the result should be, in any order:
      | rows |
      | 0    |
    When executing control query:
      """
      LOAD CSV FROM 'file:///out.csv' AS row RETURN row
      """
    Then the result should be, in any order:
      | row     |
      | ['a;b'] |

  Scenario: A query under a view
    Given having executed:
      """
      CREATE (:Event {id: 1, valid_to: date('2025-01-01')}), (:Event {id: 2})
      """
    When executing query:
      """
      AS OF date('2025-06-01') COPY (MATCH (e:Event) RETURN e.id AS id) TO 'file:///out.csv'
      """
    Then the result should be, in any order:
      | rows |
      | 1    |

  Scenario: Elements have no form in a file
    Given having executed:
      """
      CREATE (:A)
      """
    When executing query:
      """
      COPY (MATCH (n) RETURN n) TO 'file:///out.csv'
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A file that is not finished is not there
    Given an empty graph
    When executing query:
      """
      COPY (UNWIND [1, 0] AS x RETURN 1 / x AS y) TO 'file:///out.csv'
      """
    Then an ArithmeticError should be raised at runtime: DivisionByZero

  Scenario: A file that may not be written
    Given an empty graph
    When executing query:
      """
      COPY (RETURN 1 AS x) TO 'elsewhere.csv'
      """
    Then an ExternalResourceError should be raised at runtime: FileAccessDenied

  Scenario Outline: What makes no sense
    Given an empty graph
    When executing query:
      """
      <query>
      """
    Then a SyntaxError should be raised at compile time: <code>

    Examples:
      | query                                                  | code                     |
      | COPY A FROM 'a.csv' (HEADR true)                       | UnexpectedSyntax         |
      | COPY A FROM 'a.csv' (HEADER true, header false)        | UnexpectedSyntax         |
      | COPY A FROM 'a.csv' (HEADER 1)                         | InvalidArgumentValue     |
      | COPY A FROM 'a.csv' (HEADER false)                     | InvalidArgumentValue     |
      | COPY A FROM 'a.csv' (DELIMITER '::')                   | InvalidArgumentValue     |
      | COPY A FROM 'a.csv' (COLUMNS 'id')                     | InvalidArgumentValue     |
      | COPY A FROM 'a.csv' (FORMAT 'xls')                     | InvalidArgumentValue     |
      | COPY A FROM a.csv                                      | UnexpectedSyntax         |
      | COPY A FROM []()                                       | UnexpectedSyntax         |
      | COPY A TO 'a.csv'                                      | UnexpectedSyntax         |
      | COPY (:A)-[:R]-(:B) FROM 'a.csv'                       | RequiresDirectedRelationship |
      | COPY (:A&B)-[:R]->(:B) FROM 'a.csv'                    | UnexpectedSyntax         |
      | COPY (MATCH (n) RETURN n.x) TO 'a.csv' (SKIP_BAD 1)    | UnexpectedSyntax         |
      | COPY (MATCH (n) RETURN n.x) TO ['a.csv']               | UnexpectedSyntax         |
      | COPY (MATCH (n) RETURN n.x) FROM 'a.csv'               | UnexpectedSyntax         |
      | COPY (CREATE (n) RETURN n.x) TO 'file:///a.csv'        | InvalidClauseComposition |
      | COPY (MATCH (n)) TO 'file:///a.csv'                    | InvalidClauseComposition |
      | COPY (MATCH (n) RETURN m.x) TO 'file:///a.csv'         | UndefinedVariable        |
      | WHY COPY (MATCH (n) RETURN n.x) TO 'file:///a.csv'     | InvalidClauseComposition |
      | UNDISPUTED COPY A FROM 'file:///a.csv'                 | InvalidClauseComposition |

  Scenario: What a parameter holds is looked at when it runs
    Given an empty graph
    And parameters are:
      | file | 1 |
    When executing query:
      """
      COPY A FROM $file
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A parameter that is missing
    Given an empty graph
    When executing query:
      """
      COPY A FROM $file (SKIP_BAD $many)
      """
    Then a ParameterMissing should be raised at runtime: MissingParameter

  Scenario: copy is a name everywhere else
    Given an empty graph
    When executing query:
      """
      WITH 1 AS copy MATCH (from) RETURN copy, from
      UNION ALL RETURN 2 AS copy, 3 AS from
      """
    Then the result should be, in any order:
      | copy | from |
      | 2    | 3    |
