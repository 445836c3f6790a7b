Feature: Expressions

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

    Examples: arithmetic
      | expression  | value |
      | 7 / 2       | 3     |
      | 7 / 2.0     | 3.5   |
      | -7 % 3      | -1    |
      | 2 ^ 3       | 8.0   |
      | 1 + 2 * 3   | 7     |
      | - - 1       | 1     |
      | 'a' + 'b'   | 'ab'  |
      | [1] + [2]   | [1, 2] |
      | [1] + 2     | [1, 2] |
      | 1 + null    | null  |
      | 0x1F        | 31    |
      | 1e3         | 1000.0 |

    Examples: chains of comparisons and accesses
      | expression                                                    | value |
      | 1 < 1 + 1 < 3                                                 | true  |
      | 1 < 1 + 1 < 2                                                 | false |
      | 3 > abs(-2) >= 2 = 2                                          | true  |
      | 1 < 1 + null < 3                                              | null  |
      | 5 < 1 + null < 3                                              | null  |
      | 5 < 1 + 1 < null                                              | false |
      | {a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 7}}}}}}}}}}.a.b.c.d.e.f.g.h.i.j | 7 |
      | [[[[[[[[[[1, 2], 3]]]]]]]]][0][0][0][0][0][0][0][0][0][0..1][0]  | 1     |
      | [[[[[[[[[{a: 5}]]]]]]]]][0][0][0][0][0][0][0][0][0]['a']       | 5     |
      | null.a.b.c.d.e.f.g.h.i.j.k                                    | null  |
      | [true IN [true]]                                              | [true] |
      | [null IN [1]]                                                 | [null] |

    Examples: lists
      | expression                          | value        |
      | [1, 2, 3][0]                        | 1            |
      | [1, 2, 3][-1]                       | 3            |
      | [1, 2, 3][5]                        | null         |
      | [1, 2, 3][1..]                      | [2, 3]       |
      | [1, 2, 3][..-1]                     | [1, 2]       |
      | size([1, null])                     | 2            |
      | head([])                            | null         |
      | last([1, 2])                        | 2            |
      | tail([1, 2])                        | [2]          |
      | reverse([1, 2])                     | [2, 1]       |
      | range(1, 7, 3)                      | [1, 4, 7]    |
      | [x IN [1, 2, 3] WHERE x > 1]        | [2, 3]       |
      | [x IN [1, 2, 3] WHERE x > 1 \| x * x] | [4, 9]       |
      | all(x IN [1, 2] WHERE x > 0)        | true         |
      | any(x IN [] WHERE x > 0)            | false        |
      | none(x IN [1, null] WHERE x > 1)    | null         |
      | single(x IN [1, 2] WHERE x > 1)     | true         |

    Examples: maps
      | expression                    | value        |
      | {a: 1, b: {c: 2}}             | {a: 1, b: {c: 2}} |
      | {a: 1, b: {c: 2}}.b.c         | 2            |
      | {a: 1}.missing                | null         |
      | {a: 1}['a']                   | 1            |
      | keys({a: null})               | ['a']        |
      | {a: 1, b: 2} = {b: 2, a: 1}   | true         |

    Examples: CASE
      | expression                                      | value  |
      | CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END  | 'two'  |
      | CASE WHEN null THEN 1 ELSE 2 END                | 2      |
      | CASE 3 WHEN 1 THEN 'one' END                    | null   |
      | CASE null WHEN null THEN 1 ELSE 2 END           | 2      |

    Examples: functions
      | expression                      | value            |
      | coalesce(null, 2, 3)            | 2                |
      | toInteger('42')                 | 42               |
      | toInteger('4.9')                | 4                |
      | toInteger('x')                  | null             |
      | toFloat('1.5')                  | 1.5              |
      | toString(1.0)                   | '1.0'            |
      | toBoolean('TRUE')               | true             |
      | substring('truce', 1, 3)        | 'ruc'            |
      | split('a,b', ',')               | ['a', 'b']       |
      | replace('aXa', 'X', 'b')        | 'aba'            |
      | trim('  a ')                    | 'a'              |
      | left('truce', 2)                | 'tr'             |
      | toUpper('straße')               | 'STRASSE'        |
      | abs(-3)                         | 3                |
      | sign(-0.5)                      | -1               |
      | round(2.5)                      | 3.0              |
      | ceil(1.2)                       | 2.0              |
      | sqrt(9)                         | 3.0              |
      | size('¶11')                     | 3                |

    Examples: dates
      | expression                                                  | value          |
      | date('2025-06-10')                                          | '2025-06-10'   |
      | date('2025-06-10').month                                    | 6              |
      | date('2025-06-01') < date('2025-06-11')                     | true           |
      | date('2025-05-31') + duration('P1M')                        | '2025-06-30'   |
      | duration.inDays(date('2025-05-12'), date('2025-06-10')).days | 29             |

  Scenario: Labels, types, ends and properties of elements
    Given an empty graph
    And having executed:
      """
      CREATE (:A {v: 1})-[:T {w: 2}]->(:B)
      """
    When executing query:
      """
      MATCH (a)-[r]->(b)
      RETURN labels(a) AS labels, type(r) AS type, startNode(r) AS start, endNode(r) AS end,
             properties(r) AS properties, r.missing AS missing
      """
    Then the result should be, in any order:
      | labels | type | start       | end  | properties | missing |
      | ['A']  | 'T'  | (:A {v: 1}) | (:B) | {w: 2}     | null    |
    And no side effects

  Scenario: Nodes, relationships and length of a path
    Given an empty graph
    And having executed:
      """
      CREATE (:A {v: 1})-[:T]->(:A {v: 2})
      """
    When executing query:
      """
      MATCH p = ()-->()
      RETURN length(p) AS length, [n IN nodes(p) | n.v] AS nodes, size(relationships(p)) AS relationships
      """
    Then the result should be, in any order:
      | length | nodes  | relationships |
      | 1      | [1, 2] | 1             |
    And no side effects

  Scenario: A pattern comprehension collects what it finds
    Given an empty graph
    And having executed:
      """
      CREATE (a:A)-[:T]->(:B {v: 1}), (a)-[:T]->(:B {v: 2}), (:A)
      """
    When executing query:
      """
      MATCH (a:A) RETURN [(a)-[:T]->(b) WHERE b.v > 0 | b.v] AS found
      """
    Then the result should be (ignoring element order for lists):
      | found  |
      | [1, 2] |
      | []     |
    And no side effects

  Scenario: Parameters of all kinds
    Given any graph
    And parameters are:
      | list | [1, 'a', null]   |
      | map  | {a: {b: [true]}} |
    When executing query:
      """
      RETURN $list[1] AS item, $map.a.b AS inner
      """
    Then the result should be, in any order:
      | item | inner  |
      | 'a'  | [true] |
    And no side effects

  Scenario: Strings keep their escapes and their letters
    Given any graph
    When executing query:
      """
      RETURN 'it\'s \u00b6 11' AS a, "say \"no\"" AS b, '贸易' AS c
      """
    Then the result should be, in any order:
      | a           | b          | c      |
      | 'it\'s ¶ 11' | 'say "no"' | '贸易' |
    And no side effects
