Feature: Lists that many rows share, and keys of every kind

  Background:
    Given an empty graph
    And having executed:
      """
      UNWIND range(0, 99) AS i CREATE (n:P {i: i, day: date('1969-12-20') + duration({days: i % 25}), part: (i % 8) / 4.0})
      """
    And having executed:
      """
      MATCH (n:P) WHERE n.i % 10 = 3 SET n:Q SET n.odd = n.i % 20
      """

  Scenario: Labels and keys of many nodes are unwound
    When executing query:
      """
      MATCH (n) UNWIND labels(n) AS l RETURN l, count(*) AS n ORDER BY l
      """
    Then the result should be, in order:
      | l   | n   |
      | 'P' | 100 |
      | 'Q' | 10  |
    When executing query:
      """
      MATCH (n) UNWIND keys(n) AS k RETURN k, count(*) AS n, sum(n.i) AS s ORDER BY k
      """
    Then the result should be, in order:
      | k      | n   | s    |
      | 'day'  | 100 | 4950 |
      | 'i'    | 100 | 4950 |
      | 'odd'  | 10  | 480  |
      | 'part' | 100 | 4950 |

  Scenario: A list that all rows share has its elements for each, and their places
    When executing query:
      """
      MATCH (n:P) FOR x IN ['a', null, 3] WITH ORDINALITY o RETURN x, o, count(*) AS n, sum(n.i) AS s ORDER BY o
      """
    Then the result should be, in order:
      | x    | o | n   | s    |
      | 'a'  | 1 | 100 | 4950 |
      | null | 2 | 100 | 4950 |
      | 3    | 3 | 100 | 4950 |
    When executing query:
      """
      MATCH (n:P) UNWIND CASE WHEN n.i % 3 = 0 THEN null WHEN n.i % 3 = 1 THEN [] ELSE labels(n) END AS l RETURN l, count(*) AS n ORDER BY l
      """
    Then the result should be, in order:
      | l   | n  |
      | 'P' | 33 |
      | 'Q' | 3  |

  Scenario: What is no list is one element among lists that are shared
    When executing query:
      """
      MATCH (n:P) UNWIND CASE n.i WHEN 50 THEN 7 ELSE labels(n) END AS l RETURN l, count(*) AS n ORDER BY l
      """
    Then the result should be, in order:
      | l   | n  |
      | 'P' | 99 |
      | 'Q' | 10 |
      | 7   | 1  |

  Scenario: A longer list that rows share
    When executing query:
      """
      MATCH (n:Q) WITH n, range(1, 5000) AS xs UNWIND xs AS x RETURN count(*) AS n, sum(x) AS s, count(DISTINCT x) AS d
      """
    Then the result should be, in any order:
      | n     | s         | d    |
      | 50000 | 125025000 | 5000 |

  Scenario: Dates before and after 1970 and fractions are keys
    When executing query:
      """
      MATCH (n:P) WITH n.day AS day, count(*) AS n WHERE day > date('1969-12-29') AND day < date('1970-01-03') RETURN toString(day) AS day, n ORDER BY day
      """
    Then the result should be, in order:
      | day          | n |
      | '1969-12-30' | 4 |
      | '1969-12-31' | 4 |
      | '1970-01-01' | 4 |
      | '1970-01-02' | 4 |
    When executing query:
      """
      MATCH (n:P) RETURN n.part AS part, count(*) AS n ORDER BY part
      """
    Then the result should be, in order:
      | part | n  |
      | 0.0  | 13 |
      | 0.25 | 13 |
      | 0.5  | 13 |
      | 0.75 | 13 |
      | 1.0  | 12 |
      | 1.25 | 12 |
      | 1.5  | 12 |
      | 1.75 | 12 |

  Scenario: A whole float, an integer, a date and its days
    When executing query:
      """
      UNWIND [1, 1.0, date('1970-01-02'), '1', true, 0.0, -0.0, 0, null, null, 0.5, 0.5, 0.0 / 0.0, 0.0 / 0.0] AS x RETURN x, count(*) AS n ORDER BY n DESC, toString(x)
      """
    Then the result should be, in any order:
      | x            | n |
      | 0.0          | 3 |
      | 0.5          | 2 |
      | 1            | 2 |
      | NaN          | 2 |
      | null         | 2 |
      | '1'          | 1 |
      | '1970-01-02' | 1 |
      | true         | 1 |

  Scenario: DISTINCT integers near and far, with floats and others among them
    When executing query:
      """
      MATCH (n:P) UNWIND [n.i % 7, n.i % 7 + 0.0, n.i % 3 - 1000000000000, toString(n.i % 2), n.part] AS x RETURN count(DISTINCT x) AS n, sum(DISTINCT n.i % 7) AS s, size(collect(DISTINCT n.i % 5)) AS c
      """
    Then the result should be, in any order:
      | n  | s  | c |
      | 18 | 21 | 5 |
    When executing query:
      """
      MATCH (n:P) RETURN n.i % 2 AS odd, count(DISTINCT n.i % 6) AS n, collect(DISTINCT n.i % 4) AS c ORDER BY odd
      """
    Then the result should be, in order:
      | odd | n | c      |
      | 0   | 3 | [0, 2] |
      | 1   | 3 | [1, 3] |
