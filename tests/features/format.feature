Feature: format()

  Scenario: Dates in the order of countries
    Given an empty graph
    When executing query:
      """
      WITH datetime('1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]') AS t RETURN format(t, 'MM/dd/yyyy') AS us, format(t, 'dd.MM.yy') AS de, format(t, 'd MMM uuuu') AS short
      """
    Then the result should be, in any order:
      | us           | de         | short         |
      | '11/18/1986' | '18.11.86' | '18 Nov 1986' |
    And no side effects

  Scenario: Names are written out where a letter stands four times
    Given an empty graph
    When executing query:
      """
      WITH datetime('1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]') AS t RETURN format(t, 'EEEE, MMMM d, G uuuu') AS long, format(t, 'E EEEEE MMMMM GGGG') AS other
      """
    Then the result should be, in any order:
      | long                            | other                 |
      | 'Tuesday, November 18, AD 1986' | 'Tue T N Anno Domini' |
    And no side effects

  Scenario: Numbers of the day, the week and the quarter
    Given an empty graph
    When executing query:
      """
      WITH datetime('1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]') AS t RETURN format(t, "DDD'nd day of the year,' c'rd day of the week'") AS days, format(t, 'Q QQQ QQQQ') AS quarter, format(t, 'YYYY-ww W F g') AS week
      """
    Then the result should be, in any order:
      | days                                         | quarter            | week                |
      | '322nd day of the year, 3rd day of the week' | '4 Q4 4th quarter' | '1986-47 4 3 46752' |
    And no side effects

  Scenario: Times
    Given an empty graph
    When executing query:
      """
      WITH datetime('1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]') AS t RETURN format(t, 'HH:mm:ss.SSS') AS time, format(t, 'h:mm a') AS half, format(t, 'k K n A') AS numbers
      """
    Then the result should be, in any order:
      | time           | half      | numbers                  |
      | '06:04:45.123' | '6:04 AM' | '6 6 123456789 21885123' |
    And no side effects

  Scenario: Midnight and noon
    Given an empty graph
    When executing query:
      """
      UNWIND [localtime('00:30'), localtime('12:30')] AS t RETURN format(t, 'H h K k a') AS x
      """
    Then the result should be, in any order:
      | x               |
      | '0 12 0 24 AM'  |
      | '12 12 0 12 PM' |
    And no side effects

  Scenario: Offsets and zones
    Given an empty graph
    When executing query:
      """
      WITH datetime('1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]') AS t RETURN format(t, 'Z|ZZZZ|ZZZZZ') AS z, format(t, 'X|XX|XXX|x') AS x, format(t, 'O|OOOO') AS o, format(t, 'VV z') AS v
      """
    Then the result should be, in any order:
      | z                          | x                         | o                  | v                   |
      | '+0100\|GMT+01:00\|+01:00' | '+01\|+0100\|+01:00\|+01' | 'GMT+1\|GMT+01:00' | 'Europe/Berlin CET' |
    And no side effects

  Scenario: An offset of nothing, and one of half an hour
    Given an empty graph
    When executing query:
      """
      UNWIND [time('12:00Z'), time('12:00-03:30')] AS t RETURN format(t, 'X x Z ZZZZ ZZZZZ O VV') AS x
      """
    Then the result should be, in any order:
      | x                                                    |
      | 'Z +00 +0000 GMT Z GMT Z'                            |
      | '-0330 -0330 -0330 GMT-03:30 -03:30 GMT-3:30 -03:30' |
    And no side effects

  Scenario: Text in quotes, and a quote
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), "yyyy-MM-dd'T'") AS t, format(date('2024-06-27'), "d '''o''' 'o''clock' M") = "27 'o' o'clock 6" AS q
      """
    Then the result should be, in any order:
      | t             | q    |
      | '2024-06-27T' | true |
    And no side effects

  Scenario: What is optional is left out where a value has no such part
    Given an empty graph
    When executing query:
      """
      UNWIND [date('2024-06-27'), localdatetime('2024-06-27T14:30')] AS t RETURN format(t, 'yyyy-MM-dd[ HH:mm[ VV]]') AS x
      """
    Then the result should be, in any order:
      | x                  |
      | '2024-06-27'       |
      | '2024-06-27 14:30' |
    And no side effects

  Scenario: Padding
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-07'), 'ppppMMM|ppd') AS x
      """
    Then the result should be, in any order:
      | x          |
      | ' Jun\| 7' |
    And no side effects

  Scenario: Years before and beyond the usual
    Given an empty graph
    When executing query:
      """
      UNWIND [date('-0044-03-15'), date('+12345-01-01')] AS d RETURN format(d, 'uuuu') AS u, format(d, 'y G') AS y, format(d, 'yy') AS two
      """
    Then the result should be, in any order:
      | u        | y          | two  |
      | '-0044'  | '45 BC'    | '45' |
      | '+12345' | '12345 AD' | '45' |
    And no side effects

  Scenario: Without a pattern as ISO 8601 has it
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27')) AS d, format(datetime('1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]')) AS t, format(duration('P1Y2M3DT4H')) AS l
      """
    Then the result should be, in any order:
      | d            | t                                                    | l            |
      | '2024-06-27' | '1986-11-18T06:04:45.123456789+01:00[Europe/Berlin]' | 'P1Y2M3DT4H' |
    And no side effects

  Scenario: The units of a duration take what they can of their group
    Given an empty graph
    When executing query:
      """
      WITH duration('P1Y14M16DT30H70M5.25S') AS d RETURN format(d, "y 'years' M 'months' w 'weeks' d 'days' h:mm:ss.SS") AS all, format(d, 'M d m') AS some, format(d, 'A') AS milliseconds
      """
    Then the result should be, in any order:
      | all                                           | some         | milliseconds |
      | '2 years 2 months 2 weeks 2 days 31:10:05.25' | '26 16 1870' | '112205250'  |
    And no side effects

  Scenario: A duration may be negative
    Given an empty graph
    When executing query:
      """
      RETURN format(duration('PT-90S'), 'm:ss') AS x
      """
    Then the result should be, in any order:
      | x        |
      | '-1:-30' |
    And no side effects

  Scenario: Null has no text
    Given an empty graph
    When executing query:
      """
      RETURN format(null, 'yyyy') AS a, format(date('2024-06-27'), null) AS b
      """
    Then the result should be, in any order:
      | a    | b    |
      | null | null |
    And no side effects

  Scenario: A date has no hour
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), 'HH') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A time has no year
    Given an empty graph
    When executing query:
      """
      RETURN format(localtime('12:00'), 'u') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A local time has no zone
    Given an empty graph
    When executing query:
      """
      RETURN format(localtime('12:00'), 'Z') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A duration has no name of a day
    Given an empty graph
    When executing query:
      """
      RETURN format(duration('P1D'), 'EEE') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A letter that stands for nothing
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), 'b') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A letter too often
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), 'ddd') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A quote that is not closed
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), "d 'o") AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A section that is not closed
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), 'd[d') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A section that is not opened
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), 'd]') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A reserved sign
    Given an empty graph
    When executing query:
      """
      RETURN format(date('2024-06-27'), '{d}') AS x
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Only temporal values
    Given an empty graph
    When executing query:
      """
      RETURN format(1, 'd') AS x
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType
