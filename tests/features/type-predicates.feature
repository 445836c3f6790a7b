Feature: Types of values

  Scenario Outline: <value> IS :: <type>
    Given any graph
    When executing query:
      """
      RETURN <value> IS :: <type> AS a, <value> IS TYPED <type> AS b, <value> :: <type> AS c, NOT <value> IS NOT :: <type> AS d
      """
    Then the result should be, in any order:
      | a        | b        | c        | d        |
      | <result> | <result> | <result> | <result> |
    And no side effects

    Examples: scalars
      | value                      | type                        | result |
      | true                       | BOOLEAN                     | true   |
      | true                       | BOOL NOT NULL               | true   |
      | 1                          | INTEGER                     | true   |
      | 1                          | INT!                        | true   |
      | 1                          | SIGNED INTEGER NOT NULL     | true   |
      | 1                          | FLOAT                       | false  |
      | 1.0                        | FLOAT                       | true   |
      | 1.0                        | DOUBLE PRECISION            | true   |
      | 'a'                        | STRING                      | true   |
      | 'a'                        | varchar                     | true   |
      | 'a'                        | INTEGER                     | false  |
      | {a: 1}                     | MAP                         | true   |
      | {a: 1}                     | ANY MAP NOT NULL            | true   |
      | 1                          | ANY                         | true   |
      | 1                          | ANY VALUE NOT NULL          | true   |
      | 1                          | NOTHING                     | false  |
      | 1                          | NULL                        | false  |

    Examples: temporal
      | value                                   | type                          | result |
      | date('2025-06-10')                      | DATE                          | true   |
      | localtime('12:00')                      | LOCAL TIME                    | true   |
      | localtime('12:00')                      | TIME WITHOUT TIME ZONE        | true   |
      | localtime('12:00')                      | ZONED TIME                    | false  |
      | time('12:00Z')                          | ZONED TIME                    | true   |
      | time('12:00Z')                          | TIME WITH TIMEZONE            | true   |
      | localdatetime('2025-06-10T12:00')       | LOCAL DATETIME                | true   |
      | localdatetime('2025-06-10T12:00')       | TIMESTAMP WITHOUT TIME ZONE   | true   |
      | datetime('2025-06-10T12:00Z')           | ZONED DATETIME                | true   |
      | datetime('2025-06-10T12:00Z')           | TIMESTAMP WITH TIME ZONE      | true   |
      | datetime('2025-06-10T12:00Z')           | DATE                          | false  |
      | duration('P1D')                         | DURATION                      | true   |

    Examples: null
      | value | type                | result |
      | null  | INTEGER             | true   |
      | null  | INTEGER NOT NULL    | false  |
      | null  | INTEGER!            | false  |
      | null  | NULL                | true   |
      | null  | NULL NOT NULL       | false  |
      | null  | ANY                 | true   |
      | null  | ANY NOT NULL        | false  |
      | null  | NOTHING             | false  |
      | null  | LIST<INTEGER>       | true   |

    Examples: lists
      | value              | type                              | result |
      | []                 | LIST<INTEGER>                     | true   |
      | []                 | LIST<NOTHING>                     | true   |
      | [1]                | LIST<NOTHING>                     | false  |
      | [1, 2]             | LIST<INTEGER NOT NULL>            | true   |
      | [1, null]          | LIST<INTEGER>                     | true   |
      | [1, null]          | LIST<INTEGER NOT NULL>            | false  |
      | [1, 'a']           | LIST<INTEGER>                     | false  |
      | [1, 'a']           | LIST<INTEGER \| STRING>           | true   |
      | [1, 'a']           | LIST<ANY>                         | true   |
      | [[1], []]          | LIST<LIST<INTEGER>>               | true   |
      | [[1], ['a']]       | LIST<LIST<INTEGER>>               | false  |
      | [1]                | ARRAY<INTEGER> NOT NULL           | true   |
      | [1]                | INTEGER LIST                      | true   |
      | [1]                | INTEGER NOT NULL ARRAY!           | true   |
      | 1                  | LIST<INTEGER>                     | false  |
      | [1]                | LIST                              | true   |

    Examples: unions
      | value | type                              | result |
      | 1     | INTEGER \| STRING                 | true   |
      | 'a'   | ANY<INTEGER \| STRING>            | true   |
      | 1.5   | ANY VALUE<INTEGER \| STRING>      | false  |
      | null  | ANY<INTEGER \| STRING> NOT NULL   | false  |
      | null  | INTEGER NOT NULL \| STRING        | true   |

    Examples: what a property can hold
      | value        | type                    | result |
      | 1            | PROPERTY VALUE          | true   |
      | [1, 'a']     | ANY PROPERTY VALUE      | true   |
      | [[1]]        | PROPERTY VALUE          | false  |
      | {a: 1}       | PROPERTY VALUE NOT NULL | false  |
      | null         | PROPERTY VALUE          | true   |

  Scenario: Elements and paths have types
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH p = (a:A)-[r:T]->(b)
      OPTIONAL MATCH (b)-[none:T]->()
      RETURN a IS :: NODE AS node, a IS :: ANY VERTEX AS vertex, r IS :: RELATIONSHIP NOT NULL AS relationship,
             r IS :: EDGE AS edge, p IS :: PATH AS path, a IS :: RELATIONSHIP AS wrong,
             none IS :: RELATIONSHIP AS absent, none IS :: RELATIONSHIP NOT NULL AS there,
             [a, r] IS :: LIST<NODE | RELATIONSHIP> AS elements, a IS :: PROPERTY VALUE AS stored,
             valueType(p) AS type, [x IN [a, r, none] | valueType(x)] AS types
      """
    Then the result should be, in any order:
      | node | vertex | relationship | edge | path | wrong | absent | there | elements | stored | type            | types                                            |
      | true | true   | true         | true | true | false | true   | false | true     | false  | 'PATH NOT NULL' | ['NODE NOT NULL', 'RELATIONSHIP NOT NULL', 'NULL'] |
    And no side effects

  Scenario: A bar ends a type where no other type follows it
    Given any graph
    When executing query:
      """
      WITH [1, 'a', null, 2.5] AS xs
      RETURN [x IN xs WHERE x IS :: INTEGER NOT NULL | x + 1] AS one,
             [x IN xs WHERE x IS :: INTEGER NOT NULL | FLOAT NOT NULL] AS two,
             [x IN xs WHERE x IS :: INTEGER NOT NULL | FLOAT NOT NULL | x] AS three,
             [x IN xs WHERE x IS :: STRING! | date('2025-01-01')] AS four
      """
    Then the result should be, in any order:
      | one | two      | three    | four           |
      | [2] | [1, 2.5] | [1, 2.5] | ['2025-01-01'] |
    And no side effects

  Scenario Outline: valueType(<value>)
    Given any graph
    When executing query:
      """
      RETURN valueType(<value>) AS type
      """
    Then the result should be, in any order:
      | type   |
      | <type> |
    And no side effects

    Examples:
      | value                        | type                                                     |
      | null                         | 'NULL'                                                   |
      | 1                            | 'INTEGER NOT NULL'                                       |
      | []                           | 'LIST<NOTHING> NOT NULL'                                 |
      | [null]                       | 'LIST<NULL> NOT NULL'                                    |
      | [1, 2]                       | 'LIST<INTEGER NOT NULL> NOT NULL'                        |
      | [1, null]                    | 'LIST<INTEGER> NOT NULL'                                 |
      | [1.5, 'a', true, 1]          | 'LIST<BOOLEAN NOT NULL \| STRING NOT NULL \| INTEGER NOT NULL \| FLOAT NOT NULL> NOT NULL' |
      | [1, 'a', null]               | 'LIST<STRING \| INTEGER> NOT NULL'                       |
      | [[1], ['a']]                 | 'LIST<LIST<INTEGER NOT NULL> NOT NULL \| LIST<STRING NOT NULL> NOT NULL> NOT NULL' |
      | {a: 1}                       | 'MAP NOT NULL'                                           |
      | localdatetime('2025-06-10T12:00') | 'LOCAL DATETIME NOT NULL'                           |

  Scenario Outline: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then the result should be, in any order:
      | value   |
      | <value> |
    And no side effects

    Examples: truth
      | expression                              | value |
      | true IS TRUE                            | true  |
      | false IS TRUE                           | false |
      | null IS TRUE                            | false |
      | null IS NOT TRUE                        | true  |
      | false IS FALSE                          | true  |
      | null IS UNKNOWN                         | true  |
      | (1 = null) IS UNKNOWN                   | true  |
      | (1 = 1) IS NOT UNKNOWN                  | true  |
      | NOT null IS UNKNOWN                     | false |

    Examples: normal forms
      | expression                              | value |
      | 'Zo\u00eb' IS NORMALIZED                | true  |
      | 'Zoe\u0308' IS NORMALIZED               | false |
      | 'Zoe\u0308' IS NFD NORMALIZED           | true  |
      | 'Zoe\u0308' IS NOT NFC NORMALIZED       | true  |
      | '\ufb01' IS NFKC NORMALIZED             | false |
      | 1 IS NORMALIZED                         | null  |
      | null IS NOT NORMALIZED                  | null  |
      | normalize('Zoe\u0308') = 'Zo\u00eb'     | true  |
      | normalize('Zo\u00eb', NFD) = 'Zoe\u0308' | true |
      | normalize('\ufb01', NFKD)               | 'fi'  |
      | normalize(null)                         | null  |

    Examples: CAST
      | expression                                            | value           |
      | CAST('12' AS INTEGER)                                 | 12              |
      | CAST(12.7 AS INT)                                     | 12              |
      | CAST(true AS INTEGER)                                 | 1               |
      | CAST(1 AS FLOAT)                                      | 1.0             |
      | CAST('1.5' AS FLOAT NOT NULL)                         | 1.5             |
      | CAST(1.5 AS STRING)                                   | '1.5'           |
      | CAST('true' AS BOOLEAN)                               | true            |
      | CAST('2025-06-10' AS DATE)                            | '2025-06-10'    |
      | CAST(datetime('2025-06-10T12:00Z') AS DATE)           | '2025-06-10'    |
      | CAST('P29D' AS DURATION)                              | 'P29D'          |
      | CAST('12:00' AS LOCAL TIME)                           | '12:00'         |
      | CAST(['1', 2, null] AS LIST<INTEGER>)                 | [1, 2, null]    |
      | CAST(null AS INTEGER)                                 | null            |
      | CAST('a' AS ANY)                                      | 'a'             |
      | CAST(5 AS STRING \| INTEGER)                          | 5               |
      | cast('7' as integer) + 1                              | 8               |

  Scenario Outline: <expression> cannot be cast
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a <class> should be raised at runtime: <detail>

    Examples:
      | expression                          | class           | detail               |
      | CAST('twelve' AS INTEGER)           | ArgumentError   | InvalidArgumentValue |
      | CAST(null AS INTEGER NOT NULL)      | TypeError       | InvalidArgumentType  |
      | CAST([1] AS INTEGER)                | TypeError       | InvalidArgumentType  |
      | CAST(1e30 AS INTEGER)               | ArithmeticError | IntegerOverflow      |
      | CAST('2025-02-30' AS DATE)          | ArgumentError   | InvalidArgumentValue |
      | CAST({a: 1} AS STRING)              | TypeError       | InvalidArgumentType  |
      | CAST(1 AS NOTHING)                  | TypeError       | InvalidArgumentType  |
      | CAST(['a'] AS LIST<INTEGER>)        | ArgumentError   | InvalidArgumentValue |

  Scenario Outline: Not a type: <type>
    Given any graph
    When executing query:
      """
      RETURN 1 IS :: <type> AS value
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

    Examples:
      | type             |
      | INTEGR           |
      | TIME             |
      | 1                |
      | LIST<INTEGER     |
      | INTEGER NOT      |
      | LIST<INTEGER \|> |

  Scenario: The truth of a number
    Given any graph
    When executing query:
      """
      RETURN 1 IS TRUE AS value
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: The names of types and tests stay names
    Given any graph
    When executing query:
      """
      WITH 1 AS integer, 2 AS typed, 3 AS unknown, 4 AS normalized, 5 AS date, {time: 6} AS duration, 'x' AS nfc, 7 AS cast, 8 AS list
      RETURN integer + typed + unknown + normalized + date + duration.time + cast + list AS sum, nfc IS NFC NORMALIZED AS normal
      """
    Then the result should be, in any order:
      | sum | normal |
      | 36  | true   |
    And no side effects
