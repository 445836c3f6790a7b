Feature: Literals and operators

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

    Examples: numbers
      | expression           | value |
      | 0x1F                 | 31 |
      | 0xff_ff              | 65535 |
      | 0o17                 | 15 |
      | 0b1010               | 10 |
      | -0b1010              | -10 |
      | 0B11                 | 3 |
      | 1_000_000            | 1000000 |
      | 1_000.5              | 1000.5 |
      | 1_0e1_0              | 100000000000.0 |
      | .5                   | 0.5 |
      | 1e3                  | 1000.0 |
      | 1.5E-3               | 0.0015 |
      | 9223372036854775807  | 9223372036854775807 |
      | -9223372036854775808 | -9223372036854775808 |
      | 0x7fffffffffffffff   | 9223372036854775807 |
      | -0.0 = 0.0           | true |
      | 1 / -0.0 = 1 / 0.0   | false |
      | toString(NaN)        | 'NaN' |
      | toString(-INFINITY)  | '-Infinity' |
      | inf > 9e300          | true |
      | isNaN(nan)           | true |

    Examples: temporal literals
      | expression                              | value |
      | DATE '2025-06-10'                       | '2025-06-10' |
      | date '2025-06-10' = date('2025-06-10')  | true |
      | TIME '12:00'                            | '12:00' |
      | valueType(TIME '12:00')                 | 'LOCAL TIME NOT NULL' |
      | valueType(TIME '12:00+01:00')           | 'ZONED TIME NOT NULL' |
      | TIMESTAMP '2025-06-10T12:00'            | '2025-06-10T12:00' |
      | valueType(TIMESTAMP '2025-06-10T12:00') | 'LOCAL DATETIME NOT NULL' |
      | valueType(DATETIME '2025-06-10T12:00Z') | 'ZONED DATETIME NOT NULL' |
      | DURATION 'P1DT2H'                       | 'P1DT2H' |
      | (DATE '2025-06-10').year                | 2025 |
      | DATE '2025-06-10' + DURATION 'P1D'      | '2025-06-11' |

    Examples: concatenation
      | expression          | value |
      | 'a' \|\| 'b'        | 'ab' |
      | [1] \|\| [2, 'x']   | [1, 2, 'x'] |
      | [] \|\| []          | [] |
      | 'a' \|\| null       | null |
      | null \|\| [1]       | null |
      | 'a' \|\| 'b' + 1    | 'ab1' |
      | '1' \|\| '2' = '12' | true |

    Examples: integers
      | expression                | value |
      | -7 / 2                    | -3 |
      | -7 % 2                    | -1 |
      | 7 % -2                    | 1 |
      | -9223372036854775808 % -1 | 0 |
      | 1 / 0.0 > 1               | true |
      | isNaN(0.0 / 0)            | true |
      | isNaN(5 % 0.0)            | true |
      | 2 ^ -1                    | 0.5 |
      | 0 ^ 0                     | 1.0 |

    Examples: precedence
      | expression              | value |
      | 2 + 3 * 4 ^ 2           | 50.0 |
      | -2 ^ 2                  | 4.0 |
      | 2 ^ 3 ^ 2               | 64.0 |
      | 10 - 4 - 3              | 3 |
      | 100 / 10 / 5            | 2 |
      | NOT true OR true        | true |
      | NOT (true OR true)      | false |
      | true XOR true AND false | true |
      | 1 + 1 IN [2]            | true |
      | NOT 1 = 2               | true |
      | 1 = 1 = 1               | true |
      | -[1, 2][0]              | -1 |
      | 1 IN [1, 2] = true      | true |

    Examples: chained comparison
      | expression     | value |
      | 1 < 2 < 3      | true |
      | 1 < 3 < 2      | false |
      | 1 < 2 > 1 <> 3 | true |
      | 1 < null < 3   | null |
      | 3 < 2 < null   | false |
      | 1 <= 1 = 1     | true |

    Examples: membership
      | expression               | value |
      | 1 IN []                  | false |
      | null IN []               | false |
      | null IN [1]              | null |
      | 1 IN [1, null]           | true |
      | 2 IN [1, null]           | null |
      | 1 IN null                | null |
      | [1] IN [[1], [2]]        | true |
      | [null] IN [[null]]       | null |
      | [1, null] IN [[1, 2]]    | null |
      | [1, null] IN [[2, null]] | false |
      | 1.0 IN [1]               | true |
      | NaN IN [NaN]             | false |

    Examples: equality
      | expression                            | value |
      | [1, 2] = [1, 2.0]                     | true |
      | [1, null] = [1, null]                 | null |
      | [1, null] = [2, null]                 | false |
      | [1] = [1, null]                       | false |
      | [] = []                               | true |
      | {a: 1} = {a: 1.0}                     | true |
      | {a: null} = {a: null}                 | null |
      | {a: 1} = {b: 1}                       | false |
      | {} = {}                               | true |
      | 1 = '1'                               | false |
      | NaN = NaN                             | false |
      | NaN <> NaN                            | true |
      | 0.1 + 0.2 = 0.3                       | false |
      | 9007199254740993 = 9007199254740992.0 | false |
      | 9007199254740993 > 9007199254740992.0 | true |

    Examples: order
      | expression                              | value |
      | 1 < 'a'                                 | null |
      | NaN < 1                                 | false |
      | 1 < NaN                                 | false |
      | [1, 2] < [1, 3]                         | true |
      | [1] < [1, 0]                            | true |
      | true > false                            | true |
      | 'a' < 'B'                               | false |
      | date('2025-01-01') < date('2025-01-02') | true |
      | date('2025-01-01') < 1                  | null |

    Examples: slices and elements
      | expression                   | value |
      | [1, 2, 3][1..2]              | [2] |
      | [1, 2, 3][-2..]              | [2, 3] |
      | [1, 2, 3][..-1]              | [1, 2] |
      | [1, 2, 3][5..9]              | [] |
      | [1, 2, 3][2..1]              | [] |
      | [1, 2, 3][-9..9]             | [1, 2, 3] |
      | [1, 2, 3][..]                | [1, 2, 3] |
      | [1, 2, 3][null..2]           | null |
      | [1, 2, 3][0..null]           | null |
      | null[0..1]                   | null |
      | [1, 2, 3][-4]                | null |
      | [1, 2, 3][3]                 | null |
      | [1, 2, 3][null]              | null |
      | [[1, 2]][0][1]               | 2 |
      | [1, 2][9223372036854775807]  | null |
      | [1, 2][-9223372036854775808] | null |

  Scenario Outline: Not in 64 bits: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: <detail>

    Examples:
      | expression           | detail |
      | 9223372036854775808  | IntegerOverflow |
      | -9223372036854775809 | IntegerOverflow |
      | 0x8000000000000000   | IntegerOverflow |
      | 0b2                  | InvalidNumberLiteral |
      | 1__0                 | InvalidNumberLiteral |
      | 1_                   | InvalidNumberLiteral |
      | 0x                   | InvalidNumberLiteral |
      | 1e999                | FloatingPointOverflow |

  Scenario Outline: Not a temporal literal: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: <detail>

    Examples:
      | expression            | detail |
      | DATE '2025-02-30'     | InvalidTemporalLiteral |
      | TIME '25:00'          | InvalidTemporalLiteral |
      | TIMESTAMP 'yesterday' | InvalidTemporalLiteral |
      | DURATION 'one day'    | InvalidTemporalLiteral |
      | DATE ''               | InvalidTemporalLiteral |

  Scenario Outline: Not an operator: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: <detail>

    Examples:
      | expression | detail |
      | 1 == 1     | UnexpectedSyntax |
      | 1 != 2     | UnexpectedSyntax |
      | 1 \|\|     | UnexpectedSyntax |
      | 'a' 'b'    | UnexpectedSyntax |
      | 1 + * 2    | UnexpectedSyntax |
      | 1 IS       | UnexpectedSyntax |
      | 1 IS NOT   | UnexpectedSyntax |

  Scenario Outline: Arithmetic without a result: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a ArithmeticError should be raised at runtime: <detail>

    Examples:
      | expression                | detail |
      | 9223372036854775807 + 1   | IntegerOverflow |
      | -9223372036854775808 - 1  | IntegerOverflow |
      | 4611686018427387904 * 2   | IntegerOverflow |
      | -9223372036854775808 / -1 | IntegerOverflow |
      | -(-9223372036854775808)   | IntegerOverflow |
      | abs(-9223372036854775808) | IntegerOverflow |
      | 1 / 0                     | DivisionByZero |
      | 1 % 0                     | DivisionByZero |
      | mod(1, 0)                 | DivisionByZero |
      | toInteger(1e30)           | IntegerOverflow |
      | toInteger(NaN)            | IntegerOverflow |

  Scenario Outline: Operands of wrong types: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a SyntaxError should be raised at compile time: <detail>

    Examples:
      | expression   | detail |
      | 1 \|\| 2     | InvalidArgumentType |
      | 'a' \|\| [1] | InvalidArgumentType |
      | 1 + true     | InvalidArgumentType |
      | -'a'         | InvalidArgumentType |
      | NOT 1        | InvalidArgumentType |
      | 1 AND true   | InvalidArgumentType |
      | 1 IN 2       | InvalidArgumentType |
      | 'a' * 2      | InvalidArgumentType |

  Scenario: Operators raise in rows what they raise in constants
    Given any graph
    When executing query:
      """
      UNWIND [1, 9223372036854775807] AS x RETURN x + 1 AS value
      """
    Then a ArithmeticError should be raised at runtime: IntegerOverflow

  Scenario: Concatenation of what turns out to be a number
    Given any graph
    When executing query:
      """
      UNWIND ['a', 1] AS x RETURN x || 'b' AS value
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: The words of literals stay names
    Given any graph
    When executing query:
      """
      WITH 1 AS date, 2 AS time, 3 AS timestamp, 4 AS duration, 5 AS nan, 6 AS current_date
      RETURN date + time + timestamp + duration + nan + current_date AS sum
      """
    Then the result should be, in any order:
      | sum |
      | 21  |
    And no side effects
