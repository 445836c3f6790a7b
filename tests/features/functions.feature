Feature: Functions on lists, numbers and strings

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

    Examples: lists
      | expression                                      | value |
      | coll.distinct([1, 2, 1, null, null, 1.0])       | [1, 2, null] |
      | coll.sort([3, null, 1, 'a'])                    | ['a', 1, 3, null] |
      | coll.flatten([1, [2, [3]], []])                 | [1, 2, [3]] |
      | coll.flatten([1, [2, [3, [4]]]], 2)             | [1, 2, 3, [4]] |
      | coll.flatten([[1]], 0)                          | [[1]] |
      | coll.indexOf(['a', 'b'], 'b')                   | 1 |
      | coll.indexOf([1], 2)                            | -1 |
      | coll.indexOf([1], null)                         | null |
      | coll.insert([1, 3], 1, 2)                       | [1, 2, 3] |
      | coll.insert([1], 1, null)                       | [1, null] |
      | coll.insert(null, 0, 1)                         | null |
      | coll.remove([1, 2, 3], 1)                       | [1, 3] |
      | coll.max([1, null, 3, 2])                       | 3 |
      | coll.min([2, null, 1])                          | 1 |
      | coll.max([])                                    | null |
      | coll.min([null])                                | null |
      | coll.sort(null)                                 | null |
      | COLL.SORT([2, 1])                               | [1, 2] |
      | cardinality([1, null])                          | 2 |
      | cardinality({a: 1})                             | 1 |
      | size([])                                        | 0 |
      | size('Zoë')                                     | 3 |
      | range(1, 10, 4)                                 | [1, 5, 9] |
      | range(3, 1)                                     | [] |
      | range(3, 1, -1)                                 | [3, 2, 1] |
      | range(9223372036854775806, 9223372036854775807) | [9223372036854775806, 9223372036854775807] |
      | toIntegerList(['1', 'x', 2.7, null])            | [1, null, 2, null] |
      | reduce(s = 0, x IN [1, 2, 3] \| s + x)          | 6 |
      | reduce(s = 0, x IN null \| s + x)               | null |

    Examples: allReduce
      | expression                                        | value |
      | allReduce(s = 0, x IN [1, 2, 3] \| s + x, s < 7)  | true |
      | allReduce(s = 0, x IN [1, 2, 3] \| s + x, s < 6)  | false |
      | allReduce(s = 0, x IN [] \| s + x, s < 0)         | true |
      | allReduce(s = 0, x IN [1, null] \| s + x, s < 6)  | null |
      | allReduce(s = 0, x IN null \| s + x, s < 6)       | null |
      | allReduce(s = 0, x IN [1, 0] \| 1 / x + s, s > 1) | false |

    Examples: numbers
      | expression                 | value |
      | log(2, 8)                  | 3.0 |
      | ln(1)                      | 0.0 |
      | log10(1000)                | 3.0 |
      | mod(7, 3)                  | 1 |
      | mod(-7, 3)                 | -1 |
      | mod(7.5, 2)                | 1.5 |
      | power(2, 10)               | 1024.0 |
      | ceiling(1.2)               | 2.0 |
      | round(1.5)                 | 2.0 |
      | round(-1.5)                | -1.0 |
      | round(3.14159, 2)          | 3.14 |
      | round(2.5, 0, 'HALF_EVEN') | 2.0 |
      | round(-1.55, 1, 'CEILING') | -1.5 |
      | sign(-3.2)                 | -1 |
      | sqrt(-1) = sqrt(-1)        | false |
      | sinh(0)                    | 0.0 |
      | coth(0) > 1                | true |
      | haversin(0)                | 0.0 |
      | isNaN(1)                   | false |
      | abs(-0.5)                  | 0.5 |
      | round(null)                | null |

    Examples: strings
      | expression                      | value |
      | trim('  a ')                    | 'a' |
      | trim(BOTH 'x' FROM 'xxaxx')     | 'a' |
      | trim(LEADING 'x' FROM 'xxaxx')  | 'axx' |
      | trim(TRAILING 'x' FROM 'xxaxx') | 'xxa' |
      | trim(BOTH FROM ' a ')           | 'a' |
      | trim('x' FROM 'xax')            | 'a' |
      | trim(LEADING FROM ' a')         | 'a' |
      | btrim('xyaxy', 'xy')            | 'a' |
      | ltrim('  a')                    | 'a' |
      | left('Geneva', 3)               | 'Gen' |
      | right('Geneva', 9)              | 'Geneva' |
      | left('Geneva', 0)               | '' |
      | substring('Geneva', 2)          | 'neva' |
      | substring('Geneva', 2, 2)       | 'ne' |
      | substring('Geneva', 9)          | '' |
      | replace('aaa', 'a', 'b', 2)     | 'bba' |
      | replace('abc', '', 'x')         | 'abc' |
      | split('a,b;c', [',', ';'])      | ['a', 'b', 'c'] |
      | split('', ',')                  | [''] |
      | split('abc', '')                | ['a', 'b', 'c'] |
      | upper('straße')                 | 'STRASSE' |
      | char_length('é')                | 1 |
      | reverse('abc')                  | 'cba' |
      | toString(1.0)                   | '1.0' |
      | toStringOrNull([])              | null |
      | toFloat('abc')                  | null |
      | toBooleanOrNull(1.5)            | null |
      | nullIf(1, 1.0)                  | null |
      | nullIf(1, 2)                    | 1 |
      | isEmpty('')                     | true |
      | isEmpty({})                     | true |

    Examples: names of GQL for temporal functions
      | expression                                               | value |
      | local_time('12:00')                                      | '12:00' |
      | local_datetime({year: 2025})                             | '2025-01-01T00:00' |
      | zoned_time('12:00Z')                                     | '12:00Z' |
      | zoned_datetime('2025-06-10T12:00Z')                      | '2025-06-10T12:00Z' |
      | duration_between(date('2025-06-01'), date('2025-06-10')) | 'P9D' |
      | current_date() = date()                                  | true |
      | CURRENT_DATE = date()                                    | true |
      | current_timestamp() = datetime()                         | true |
      | CURRENT_TIME = time()                                    | true |
      | LOCAL_TIMESTAMP = localdatetime()                        | true |
      | local_time() = localtime()                               | true |

  Scenario Outline: Out of range: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a ArgumentError should be raised at runtime: <detail>

    Examples:
      | expression                    | detail |
      | coll.insert([1], 3, 2)        | NumberOutOfRange |
      | coll.remove([], 0)            | NumberOutOfRange |
      | coll.remove([1], -1)          | NumberOutOfRange |
      | coll.flatten([1], -1)         | NumberOutOfRange |
      | range(1, 2, 0)                | NumberOutOfRange |
      | left('a', -1)                 | NumberOutOfRange |
      | substring('a', -1)            | NumberOutOfRange |
      | round(1.5, -1)                | NumberOutOfRange |
      | round(1.5, 1, 'SIDEWAYS')     | InvalidArgumentValue |
      | normalize('a', 'NFX')         | InvalidArgumentValue |
      | date({year: 2025, month: 13}) | InvalidArgumentValue |
      | 'a' =~ '('                    | InvalidArgumentValue |

  Scenario Outline: Not a function: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: <detail>

    Examples:
      | expression                      | detail |
      | coll.srot([1])                  | UnknownFunction |
      | tolowr('a')                     | UnknownFunction |
      | coll.sort()                     | InvalidNumberOfArguments |
      | coll.sort(1)                    | InvalidArgumentType |
      | log()                           | InvalidNumberOfArguments |
      | trim(LEADING)                   | UndefinedVariable |
      | CAST(1 INTEGER)                 | UnexpectedSyntax |
      | allReduce(s = 0, x IN [1] \| s) | UnexpectedSyntax |

  Scenario: Aggregates by the names of GQL
    Given any graph
    When executing query:
      """
      UNWIND [1, 2, 3, null, 4] AS x
      RETURN collect_list(x) AS list, stddev_pop(x) = stDevP(x) AS population, stddev_samp(x) = stDev(x) AS sample,
             percentile_cont(x, 0.5) AS middle, percentile_disc(x, 0.5) AS lower, collect_list(DISTINCT x % 2) AS odd
      """
    Then the result should be, in any order:
      | list         | population | sample | middle | lower | odd    |
      | [1, 2, 3, 4] | true       | true   | 2.5    | 2     | [1, 0] |
    And no side effects

  Scenario: Durations are summed and averaged
    Given any graph
    When executing query:
      """
      UNWIND [duration('P1D'), duration('P3D'), null] AS d RETURN sum(d) AS sum, avg(d) AS mean
      """
    Then the result should be, in any order:
      | sum   | mean  |
      | 'P4D' | 'P2D' |
    And no side effects

  Scenario: Names of GQL on elements
    Given an empty graph
    And having executed:
      """
      CREATE (:A)-[:T]->(:B)
      """
    When executing query:
      """
      MATCH p = (a:A)-[r:T]->() RETURN path_length(p) AS length, cardinality(p) AS cardinality,
             element_id(a) = elementId(a) AS same, element_id(r) = elementId(a) AS other
      """
    Then the result should be, in any order:
      | length | cardinality | same | other |
      | 1      | 3           | true | false |
    And no side effects

  Scenario Outline: How alike two vectors are
    Given an empty graph
    When executing query:
      """
      RETURN round(vector.similarity.<function>(<a>, <b>), 6) AS alike
      """
    Then the result should be, in any order:
      | alike   |
      | <alike> |
    And no side effects

    Examples:
      | function  | a                | b                | alike    |
      | cosine    | [1, 0]           | [2.0, 0]         | 1.0      |
      | cosine    | [1, 0]           | [0, 5]           | 0.5      |
      | cosine    | [1, 2, 3]        | [-2, -4, -6]     | 0.0      |
      | cosine    | [1, 2]           | [2, 1]           | 0.9      |
      | cosine    | [1e300, 1e300]   | [1e-300, 1e-300] | 1.0      |
      | cosine    | null             | [1]              | null     |
      | euclidean | [1, 2]           | [1.0, 2.0]       | 1.0      |
      | euclidean | [0, 0]           | [3, 4]           | 0.038462 |
      | euclidean | [-1e200]         | [1e200]          | 0.0      |
      | euclidean | [1]              | null             | null     |

  Scenario Outline: Fail to compare what are no vectors of one length
    Given an empty graph
    When executing query:
      """
      UNWIND [<a>] AS a RETURN vector.similarity.<function>(a, [1, 2])
      """
    Then a <class> should be raised at runtime: <error>

    Examples:
      | function  | a           | class         | error                |
      | cosine    | [1]         | ArgumentError | InvalidArgumentValue |
      | cosine    | [0, 0.0]    | ArgumentError | InvalidArgumentValue |
      | euclidean | [1, 2, 3]   | ArgumentError | InvalidArgumentValue |
      | euclidean | [1, 'a']    | TypeError     | InvalidArgumentType  |
      | cosine    | [1, null]   | TypeError     | InvalidArgumentType  |
      | cosine    | [1, 1.0/0]  | TypeError     | InvalidArgumentType  |

  Scenario Outline: Fail to call functions of other systems
    Given an empty graph
    When executing query:
      """
      RETURN <call>
      """
    Then a SyntaxError should be raised at compile time: UnknownFunction

    Examples:
      | call                              |
      | point({x: 1, y: 2})               |
      | apoc.text.join(['a'], ',')        |
      | now()                             |
      | graph.names()                     |
