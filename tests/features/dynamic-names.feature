Feature: Labels, types and property keys that are computed

  Scenario: A node with a label that a parameter names
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | label | 'A' |
    When executing query:
      """
      MATCH (n:$($label)) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 3 |
    And no side effects

  Scenario: All labels of a list
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$(['A', 'B'])) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: $all says the same
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$all(['A', 'B'])) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: One label of a list
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$any(['A', 'B'])) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
      | 2 |
      | 3 |
    And no side effects

  Scenario: All labels of an empty list are on every node, one of them on none
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$([])) WITH count(n) AS all MATCH (n) WITH all, count(n) AS nodes
      OPTIONAL MATCH (n:$any([])) RETURN all = nodes AS every, count(n) AS none
      """
    Then the result should be, in any order:
      | every | none |
      | true  | 0    |
    And no side effects

  Scenario: A computed label beside a written one
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | label | 'B' |
    When executing query:
      """
      MATCH (n:A&$($label)) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: A computed label behind a written one, with colons
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:A:$('B')) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 3 |
    And no side effects

  Scenario: A computed label in an alternative and under a negation
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:(B|$('A'))&!$('B')) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: No label of that name
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:!$('A')) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
      | 4 |
    And no side effects

  Scenario: IS instead of a colon
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n IS $('B')) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 2 |
      | 3 |
    And no side effects

  Scenario: A label that no node has
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$('Nobody')) RETURN n.x AS x
      """
    Then the result should be empty
    And no side effects

  Scenario: A label that each row computes
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      UNWIND ['A', 'B'] AS label MATCH (n:$(label)) RETURN label, collect(n.x) AS xs
      """
    Then the result should be, in any order:
      | label | xs     |
      | 'A'   | [1, 3] |
      | 'B'   | [2, 3] |
    And no side effects

  Scenario: A label that another node of the pattern names
    Given an empty graph
    And having executed:
      """
      CREATE (:Kind {of: 'A'})-[:HAS]->(:A {x: 1}), (:Kind {of: 'A'})-[:HAS]->(:B {x: 2})
      """
    When executing query:
      """
      MATCH (k:Kind)-[:HAS]->(n:$(k.of)) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: In OPTIONAL MATCH
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      UNWIND ['A', 'C'] AS label OPTIONAL MATCH (n:$(label) {x: 1}) RETURN label, n.x AS x
      """
    Then the result should be, in any order:
      | label | x    |
      | 'A'   | 1    |
      | 'C'   | null |
    And no side effects

  Scenario: A relationship of a type that a parameter names
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | type | 'R' |
    When executing query:
      """
      MATCH ()-[r:$($type)]->() RETURN r.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 5 |
    And no side effects

  Scenario: A relationship of one type of a list
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH ()-[r:$any(['R', 'S', 'T'])]->() RETURN r.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 5 |
      | 6 |
    And no side effects

  Scenario: No relationship has two types
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH ()-[r:$all(['R', 'S'])]->() RETURN r.x AS x
      """
    Then the result should be empty
    And no side effects

  Scenario: A type written or computed
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH ()-[r:R|$('S')]->() RETURN r.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 5 |
      | 6 |
    And no side effects

  Scenario: A claim about a relationship, both of computed types
    Given an empty graph
    And having executed:
      """
      CREATE (a)-[r:SAID]->(b), (a)-[:DENIES]->[r], (b)-[:SAID]->(a)
      """
    When executing query:
      """
      MATCH (a)-[c:$('DENIES')]->[r:$('SAID')] RETURN type(c) AS c, type(r) AS r
      """
    Then the result should be, in any order:
      | c        | r      |
      | 'DENIES' | 'SAID' |
    And no side effects

  Scenario: As a predicate
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | label | 'A' |
    When executing query:
      """
      MATCH (n) WHERE n:$($label) AND NOT n:$any(['B']) RETURN n.x AS x
      """
    Then the result should be, in any order:
      | x |
      | 1 |
    And no side effects

  Scenario: As a predicate on a relationship and on null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH ()-[r]->() RETURN r:$('R') AS r, head([]):$('R') AS none, r.x AS x
      """
    Then the result should be, in any order:
      | r     | none | x |
      | true  | null | 5 |
      | false | null | 6 |
    And no side effects

  Scenario: As a predicate on what is computed itself
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH p = (:A {x: 1})-->() RETURN nodes(p)[0]:$('A')|$('Z') AS first, nodes(p)[1]:$('A')|$('Z') AS second
      """
    Then the result should be, in any order:
      | first | second |
      | true  | false  |
    And no side effects

  Scenario: In a pattern predicate, a comprehension and a subquery
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:A {x: 1}) WHERE (n)-[:$('R')]->(:$('B'))
      RETURN [(n)-[:$('R')]->(m:$('B')) | m.x] AS xs, COUNT { (n)-->(:$('A')) } AS none
      """
    Then the result should be, in any order:
      | xs  | none |
      | [2] | 0    |
    And no side effects

  Scenario: A node is created with computed labels
    Given an empty graph
    When executing query:
      """
      UNWIND [['A'], ['A', 'B', 'A'], []] AS labels CREATE (n:X:$(labels)) RETURN labels(n) AS labels
      """
    Then the result should be, in order:
      | labels          |
      | ['X', 'A']      |
      | ['X', 'A', 'B'] |
      | ['X']           |
    And the side effects should be:
      | +nodes  | 3 |
      | +labels | 3 |

  Scenario: A node is created with the label that a node before it names
    Given an empty graph
    When executing query:
      """
      CREATE (a {of: 'A'}), (b:$(a.of)) RETURN labels(b) AS labels
      """
    Then the result should be, in any order:
      | labels |
      | ['A']  |
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 1 |
      | +properties | 1 |

  Scenario: A relationship is created with a computed type
    Given an empty graph
    When executing query:
      """
      UNWIND ['R', ['S'], 'R'] AS type CREATE ()-[r:$(type)]->() RETURN type(r) AS type
      """
    Then the result should be, in order:
      | type |
      | 'R'  |
      | 'S'  |
      | 'R'  |
    And the side effects should be:
      | +nodes         | 6 |
      | +relationships | 3 |

  Scenario: MERGE finds and creates by computed names
    Given an empty graph
    When executing query:
      """
      UNWIND ['A', 'B', 'A'] AS label
      MERGE (n:$(label) {x: 1})
      MERGE (n)-[r:$('HAS_' + label)]->(n)
      RETURN count(DISTINCT n) AS nodes, count(DISTINCT r) AS relationships
      """
    Then the result should be, in any order:
      | nodes | relationships |
      | 2     | 2             |
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 2 |
      | +labels        | 2 |
      | +properties    | 2 |

  Scenario: Labels are set and removed by name
    Given an empty graph
    And having executed:
      """
      CREATE (:A:B {x: 1}), (:A {x: 2})
      """
    When executing query:
      """
      MATCH (n:A)
      SET n:$('L' + toString(n.x)):$([]):Y
      REMOVE n:$(['A', 'B'])
      RETURN n.x AS x, labels(n) AS labels
      """
    Then the result should be, in any order:
      | x | labels      |
      | 1 | ['L1', 'Y'] |
      | 2 | ['Y', 'L2'] |
    And the side effects should be:
      | +labels | 3 |
      | -labels | 2 |

  Scenario: SET and REMOVE with IS
    Given an empty graph
    And having executed:
      """
      CREATE (:A)
      """
    When executing query:
      """
      MATCH (n:A) SET n IS B REMOVE n IS A RETURN labels(n) AS labels
      """
    Then the result should be, in any order:
      | labels |
      | ['B']  |
    And the side effects should be:
      | +labels | 1 |
      | -labels | 1 |

  Scenario: SET and REMOVE with IS and a computed label
    Given an empty graph
    And having executed:
      """
      CREATE (:A)
      """
    When executing query:
      """
      MATCH (n:A) SET n IS $('B') REMOVE n IS $('A') RETURN labels(n) AS labels
      """
    Then the result should be, in any order:
      | labels |
      | ['B']  |
    And the side effects should be:
      | +labels | 1 |
      | -labels | 1 |

  Scenario: A property whose key is computed is set
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1})
      """
    And parameters are:
      | key | 'b' |
    When executing query:
      """
      MATCH (n:A) SET n[$key] = 2, n['y' + 'z'] = 3, n['x'] = null RETURN n
      """
    Then the result should be, in any order:
      | n                  |
      | (:A {b: 2, yz: 3}) |
    And the side effects should be:
      | +properties | 2 |
      | -properties | 1 |

  Scenario: A property whose key is computed is removed
    Given an empty graph
    And having executed:
      """
      CREATE (:A {x: 1, y: 2, z: 3})
      """
    When executing query:
      """
      MATCH (n:A) UNWIND ['x', 'z', 'none'] AS key REMOVE n[key] RETURN DISTINCT n
      """
    Then the result should be, in any order:
      | n           |
      | (:A {y: 2}) |
    And the side effects should be:
      | -properties | 2 |

  Scenario: A property of a relationship, and of what an expression gives
    Given an empty graph
    And having executed:
      """
      CREATE ()-[:R {x: 1}]->()
      """
    When executing query:
      """
      MATCH ()-[r:R]->() SET (CASE WHEN true THEN r END)['y'] = r['x'] + 1 REMOVE r['x'] RETURN r
      """
    Then the result should be, in any order:
      | r           |
      | [:R {y: 2}] |
    And the side effects should be:
      | +properties | 1 |
      | -properties | 1 |

  Scenario: Each item sees what the items before it have set
    Given an empty graph
    And having executed:
      """
      CREATE (:A)
      """
    When executing query:
      """
      MATCH (n:A) SET n['x'] = 'y', n[n.x] = 1 RETURN n
      """
    Then the result should be, in any order:
      | n                   |
      | (:A {x: 'y', y: 1}) |
    And the side effects should be:
      | +properties | 2 |

  Scenario: Null is passed over as a base
    Given an empty graph
    And having executed:
      """
      CREATE (:A)
      """
    When executing query:
      """
      OPTIONAL MATCH (n:Nobody) SET n['x'] = 1, n:$('B') REMOVE n['x'], n:$('B') RETURN n
      """
    Then the result should be, in any order:
      | n    |
      | null |
    And no side effects

  Scenario: In MERGE's ON CREATE and ON MATCH
    Given an empty graph
    When executing query:
      """
      UNWIND [1, 2] AS i MERGE (n:A) ON CREATE SET n['made'] = i, n:$('New') ON MATCH SET n['seen'] = i RETURN n
      """
    Then the result should be, in any order:
      | n                           |
      | (:A:New {made: 1, seen: 2}) |
      | (:A:New {made: 1, seen: 2}) |
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 2 |
      | +properties | 2 |

  Scenario: In FOREACH
    Given an empty graph
    When executing query:
      """
      CREATE (n) FOREACH (label IN ['A', 'B'] | SET n:$(label), n[toLower(label)] = 1) RETURN n
      """
    Then the result should be, in any order:
      | n                   |
      | (:A:B {a: 1, b: 1}) |
    And the side effects should be:
      | +nodes      | 1 |
      | +labels     | 2 |
      | +properties | 2 |

  Scenario: Properties of the rows of a list become properties of nodes
    Given an empty graph
    When executing query:
      """
      UNWIND [{kind: 'A', key: 'x', value: 1}, {kind: 'B', key: 'y', value: 2}] AS row
      CREATE (n:$(row.kind)) SET n[row.key] = row.value RETURN n
      """
    Then the result should be, in any order:
      | n           |
      | (:A {x: 1}) |
      | (:B {y: 2}) |
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 2 |
      | +properties | 2 |

  Scenario: A searched label that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$(null)) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A created label that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      CREATE (n:$(null))
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A created type that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      CREATE ()-[:$(null)]->()
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A set label that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n) SET n:$(null)
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A removed label that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n) REMOVE n:$(null)
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A set key that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n) SET n[null] = 1
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A removed key that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n) REMOVE n[null]
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A label in a list that is null
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    When executing query:
      """
      MATCH (n:$(['A', null])) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A searched label that is a number
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | 1 |
    When executing query:
      """
      MATCH (n:$($x)) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A searched label that is empty
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | '' |
    When executing query:
      """
      MATCH (n:$($x)) RETURN n
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A created label that is a number
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | 1 |
    When executing query:
      """
      CREATE (n:$($x))
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A created label that is empty
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | '' |
    When executing query:
      """
      CREATE (n:$($x))
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A created type that is a number
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | 1 |
    When executing query:
      """
      CREATE ()-[:$($x)]->()
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A created type that is empty
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | '' |
    When executing query:
      """
      CREATE ()-[:$($x)]->()
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A set label that is a number
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | 1 |
    When executing query:
      """
      MATCH (n) SET n:$($x)
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A set label that is empty
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | '' |
    When executing query:
      """
      MATCH (n) SET n:$($x)
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A set key that is a number
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | 1 |
    When executing query:
      """
      MATCH (n) SET n[$x] = 1
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: A set key that is empty
    Given an empty graph
    And having executed:
      """
      CREATE (a:A {x: 1}), (b:B {x: 2}), (ab:A:B {x: 3}), ({x: 4}), (a)-[:R {x: 5}]->(b), (b)-[:S {x: 6}]->(ab)
      """
    And parameters are:
      | x | '' |
    When executing query:
      """
      MATCH (n) SET n[$x] = 1
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: A number as written is seen before the query runs
    Given an empty graph
    When executing query:
      """
      MATCH (n:$(1)) RETURN n
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: A key that is a number as written
    Given an empty graph
    When executing query:
      """
      MATCH (n) SET n[0] = 1
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: A relationship is created with one type
    Given an empty graph
    When executing query:
      """
      CREATE ()-[:$(['R', 'S'])]->()
      """
    Then a SemanticError should be raised at runtime: NoSingleRelationshipType

  Scenario: A relationship is not created without a type
    Given an empty graph
    When executing query:
      """
      CREATE ()-[:$([])]->()
      """
    Then a SemanticError should be raised at runtime: NoSingleRelationshipType

  Scenario: A computed type beside a written one is not created
    Given an empty graph
    When executing query:
      """
      CREATE ()-[:R|$('S')]->()
      """
    Then a SyntaxError should be raised at compile time: NoSingleRelationshipType

  Scenario: $any leaves open what to create
    Given an empty graph
    When executing query:
      """
      CREATE (:$any(['A', 'B']))
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: $any leaves open what to set
    Given an empty graph
    When executing query:
      """
      MATCH (n) SET n:$any(['A', 'B'])
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: A parameter alone is no label
    Given an empty graph
    And parameters are:
      | label | 'A' |
    When executing query:
      """
      MATCH (n:$label) RETURN n
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: A bracket that is not closed
    Given an empty graph
    When executing query:
      """
      MATCH (n:$('A') RETURN n
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: An unknown variable in a label
    Given an empty graph
    When executing query:
      """
      MATCH (n:$(label)) RETURN n
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable

  Scenario: A slice is no property
    Given an empty graph
    When executing query:
      """
      MATCH (n) SET n[0..1] = 1
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: Parameters named all and any stay parameters
    Given an empty graph
    And parameters are:
      | all | {x: 1} |
      | any | {y: 2} |
    When executing query:
      """
      CREATE (a:A $all) CREATE (b:B $any) RETURN a, b, $all.x AS x
      """
    Then the result should be, in any order:
      | a           | b           | x |
      | (:A {x: 1}) | (:B {y: 2}) | 1 |
    And the side effects should be:
      | +nodes      | 2 |
      | +labels     | 2 |
      | +properties | 2 |

  Scenario Outline: The type of a repeated relationship is computed: <pattern>
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {name: 'a', kind: 'T'})-[:T {w: 1}]->(b:N {name: 'b', kind: 'S'})-[:T {w: 2}]->(c:N {name: 'c'}),
        (a)-[:S]->(c), (c)-[:T {w: 1}]->(a)
      """
    And parameters are:
      | types | ['T', 'S'] |
    When executing query:
      """
      MATCH (x:N {name: 'a'}) MATCH <pattern> RETURN y.name AS name, size(r) AS hops
      """
    Then the result should be, in any order:
      | name | hops |
      | 'b'  | 1    |
      | 'c'  | 2    |
    And no side effects

    Examples:
      | pattern                                    |
      | (x)-[r:$('T')*1..2]->(y)                   |
      | (x)-[r:$(x.kind)*1..2]->(y)                |
      | (x)-[r:$([x.kind])]->{1,2}(y)              |
      | (y)<-[r:$(x.kind)*..2]-(x)                 |
      | (x)-[r:!$('S')*1..2]->(y)                  |
      | (x)-[r:$any($types)&!S*1..2]->(y)          |
      | (x)-[r:$(x.kind) WHERE r.w > 0]->{1,2}(y)  |
      | (x) (()-[r:$(x.kind)]->()){1,2} (y)        |
      | ACYCLIC (x)-[r:$(x.kind)]->+(y)            |
      | ANY SHORTEST (x)-[r:$('T')]->+(y) WHERE y.name <> 'a' |

  Scenario: The shortest path over relationships of a computed type
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {name: 'a'})-[:T]->(b:N {name: 'b'})-[:T]->(c:N {name: 'c'}), (a)-[:S]->(c)
      """
    When executing query:
      """
      MATCH (a {name: 'a'}), (c {name: 'c'})
      RETURN length(shortestPath((a)-[:$('T')*]->(c))) AS t, length(shortestPath((a)-[:$any(['T', 'S'])*]->(c))) AS any,
        EXISTS { (a)-[:$('S')*2]->() } AS s
      """
    Then the result should be, in any order:
      | t | any | s     |
      | 2 | 1   | false |
    And no side effects

  Scenario Outline: A repeated type that is computed is a string or a list of them
    Given an empty graph
    And having executed:
      """
      CREATE (:N)-[:T]->(:N)
      """
    When executing query:
      """
      MATCH (a:N)-[:$(<type>)*1..2]->(b) RETURN b
      """
    Then a <class> should be raised at <phase>: <code>

    Examples:
      | type | class       | phase        | code                |
      | 1    | SyntaxError | compile time | InvalidArgumentType |
      | $p   | ParameterMissing | runtime | MissingParameter    |
