Feature: Values stay within limits

  Scenario Outline: Too large: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a ResourceExhausted should be raised at runtime: <detail>

    Examples:
      | expression                                                                      | detail |
      | range(0, 4611686018427387904)                                                   | SizeLimit |
      | range(-9223372036854775808, 9223372036854775807)                                | SizeLimit |
      | size(reduce(s = 'x', i IN range(1, 64) \| s + s))                               | SizeLimit |
      | size(reduce(s = 'x', i IN range(1, 64) \| s \|\| s))                            | SizeLimit |
      | size(reduce(s = 'x', i IN range(1, 64) \| replace(s, 'x', 'xxxxxxxxxxxxxxxx'))) | SizeLimit |
      | size(reduce(l = [1], i IN range(1, 64) \| l + l))                               | SizeLimit |
      | size(reduce(l = [1], i IN range(1, 64) \| l \|\| l))                            | SizeLimit |
      | reduce(l = [], i IN range(1, 1000) \| [l])                                      | NestingTooDeep |
      | reduce(m = {}, i IN range(1, 1000) \| {a: m})                                   | NestingTooDeep |
      | reduce(l = [1], i IN range(1, 200) \| [l, l])                                   | ValueTooLarge |

  Scenario Outline: No pattern: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a ArgumentError should be raised at runtime: <detail>

    Examples:
      | expression                     | detail |
      | 'a' =~ '(a{1000}){1000}{1000}' | InvalidArgumentValue |
      | 'a' =~ 'a{99999999}'           | InvalidArgumentValue |
      | 'a' =~ '['                     | InvalidArgumentValue |

  Scenario Outline: No date: <expression>
    Given any graph
    When executing query:
      """
      RETURN <expression> AS value
      """
    Then a ArgumentError should be raised at runtime: <detail>

    Examples:
      | expression                                                          | detail |
      | date('2025-02-29')                                                  | InvalidArgumentValue |
      | date('+9999999999-01-01')                                           | InvalidArgumentValue |
      | datetime('2025-06-10T25:00Z')                                       | InvalidArgumentValue |
      | datetime('2025-06-10T12:00[Nowhere/City]')                          | InvalidArgumentValue |
      | duration({months: 9223372036854775807, years: 9223372036854775807}) | NumberOutOfRange |

  Scenario: A pattern that explodes elsewhere is matched in linear time
    Given any graph
    When executing query:
      """
      RETURN reduce(s = '', i IN range(1, 5000) | s + 'a') + 'b' =~ '(a+)+' AS matches
      """
    Then the result should be, in any order:
      | matches |
      | false   |
    And no side effects

  Scenario: A sum of dates and huge durations stays within the calendar
    Given any graph
    When executing query:
      """
      RETURN date('+999999999-12-31') + duration({days: 1}) AS date
      """
    Then a ArithmeticError should be raised at runtime: NumberOutOfRange

  Scenario: What is not returned may be as long as it likes
    Given any graph
    When executing query:
      """
      UNWIND range(0, 4611686018427387904) AS i WITH i LIMIT 3 RETURN collect(i) AS first
      """
    Then the result should be, in any order:
      | first     |
      | [0, 1, 2] |
    And no side effects
