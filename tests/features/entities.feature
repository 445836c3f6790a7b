Feature: Entities: two nodes that are one, and names that mean the same

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (xi:Person {name: 'Xi Jinping', born: 1953}),
             (pres:Official {name: 'President Xi', office: 'President', born: 1900}),
             (china:Country {name: 'China'}), (deal:Agreement {name: 'Geneva'}),
             (xi)-[:LEADS {n: 1}]->(china), (pres)-[r:BRIEFED_ON {n: 2}]->(deal),
             (china)-[:SENT {n: 3}]->(pres), (pres)-[:KNOWS {n: 4}]->(pres), (pres)-[:KNOWS {n: 5}]->(xi),
             (:Media {name: 'Times'})-[:ASSERTS {n: 6}]->[r]
      """

  Scenario: Two nodes become one
    When executing query:
      """
      MATCH (a:Person {name: 'Xi Jinping'}), (b:Official {name: 'President Xi'})
      CALL dossier.merge(a, b) YIELD merger, moved
      RETURN type(merger) AS type, startNode(merger) = b AS from_merged, endNode(merger) = a AS to_kept, moved
      """
    Then the result should be, in any order:
      | type          | from_merged | to_kept | moved |
      | 'MERGED_INTO' | true        | true    | 4     |
    When executing query:
      """
      MATCH (p:Person) RETURN labels(p) AS labels, p.name AS name, p.born AS born, p.office AS office, p.aliases AS aliases
      """
    Then the result should be, in any order:
      | labels                 | name         | born | office      | aliases          |
      | ['Person', 'Official'] | 'Xi Jinping' | 1953 | 'President' | ['President Xi'] |

  Scenario: Relationships move with their ids, and what is claimed about them stays
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (p:Person)-[r]-(x) WHERE NOT r:MERGED_INTO
      RETURN DISTINCT r.n AS n, startNode(r) = p AS starts, endNode(r) = p AS ends, [w IN asserted_by(r) | w.name] AS says
      ORDER BY n
      """
    Then the result should be, in order:
      | n | starts | ends  | says      |
      | 1 | true   | false | []        |
      | 2 | true   | false | ['Times'] |
      | 3 | false  | true  | []        |
      | 4 | true   | true  | []        |
      | 5 | true   | true  | []        |
    And no side effects

  Scenario: The merged node stays as a name, without labels of its own and without relationships
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (m:Merged)-[r]->(kept)
      RETURN labels(m) AS labels, properties(m) AS properties, type(r) AS r, kept.name AS kept, COUNT { (m)--() } AS degree
      """
    Then the result should be, in any order:
      | labels     | properties                                                  | r             | kept         | degree |
      | ['Merged'] | {name: 'President Xi', office: 'President', born: 1900} | 'MERGED_INTO' | 'Xi Jinping' | 1      |
    And no side effects

  Scenario: Merging tells what it has done
    When executing query:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    Then the result should be empty
    And the side effects should be:
      | +relationships | 5  |
      | +labels        | 1  |
      | +properties    | 10 |

  Scenario: Unmerging gives everything back
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (m:Merged) CALL dossier.unmerge(m) YIELD node, moved RETURN node = m AS same, moved
      """
    Then the result should be, in any order:
      | same | moved |
      | true | 4     |
    When executing query:
      """
      MATCH (n) WHERE n:Person OR n:Official OR n:Merged
      RETURN labels(n) AS labels, properties(n) AS properties, [(n)-[r]->() | r.n] AS leaving, [(n)<-[r]-() | r.n] AS arriving
      """
    Then the result should be (ignoring element order for lists):
      | labels       | properties                                                  | leaving   | arriving |
      | ['Person']   | {name: 'Xi Jinping', born: 1953}                            | [1]       | [5]      |
      | ['Official'] | {name: 'President Xi', office: 'President', born: 1900} | [2, 4, 5] | [3, 4]   |

  Scenario: What was changed since stays with the node that was kept
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    And having executed:
      """
      MATCH (a:Person), (deal:Agreement), (a)-[b:BRIEFED_ON]->(deal), ()-[k:KNOWS {n: 4}]->()
      SET a.office = 'General Secretary', a.aliases = a.aliases + 'Xi Dada', a:Leader
      CREATE (a)-[:SIGNED {n: 7}]->(deal)
      DETACH DELETE k
      """
    And having executed:
      """
      MATCH (m:Merged) CALL dossier.unmerge(m)
      """
    When executing query:
      """
      MATCH (n) WHERE n:Person OR n:Official
      RETURN labels(n) AS labels, n.office AS office, n.aliases AS aliases, [(n)-[r]->() | r.n] AS leaving
      """
    Then the result should be (ignoring element order for lists):
      | labels               | office              | aliases     | leaving |
      | ['Person', 'Leader'] | 'General Secretary' | ['Xi Dada'] | [1, 7]  |
      | ['Official']         | 'President'         | null        | [2, 5]  |
    And no side effects

  Scenario: A node that others were merged into can be merged itself, and all comes back
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    And having executed:
      """
      MATCH (a:Person) CREATE (c:Entity {name: 'Q15031'}) WITH a, c CALL dossier.merge(c, a)
      """
    When executing query:
      """
      MATCH (m:Merged)-[:MERGED_INTO]->(kept)
      RETURN m.name AS merged, kept.name AS kept, kept.aliases AS aliases
      """
    Then the result should be, in any order:
      | merged         | kept     | aliases                        |
      | 'Xi Jinping'   | 'Q15031' | ['Xi Jinping', 'President Xi'] |
      | 'President Xi' | 'Q15031' | ['Xi Jinping', 'President Xi'] |
    When executing query:
      """
      MATCH (m:Merged) WITH m ORDER BY m.name DESC
      CALL dossier.unmerge(m) YIELD node, moved
      RETURN node.name AS name, moved
      """
    Then the result should be, in order:
      | name           | moved |
      | 'Xi Jinping'   | 6     |
      | 'President Xi' | 4     |
    When executing query:
      """
      MATCH (n) WHERE n.name CONTAINS 'Xi' OR n:Entity
      RETURN n.name AS name, labels(n) AS labels, n.aliases AS aliases, COUNT { (n)--() } AS degree
      """
    Then the result should be, in any order:
      | name           | labels       | aliases | degree |
      | 'Xi Jinping'   | ['Person']   | null    | 2      |
      | 'President Xi' | ['Official'] | null    | 4      |
      | 'Q15031'       | ['Entity']   | null    | 0      |

  Scenario: The first that was merged can be unmerged first
    Given having executed:
      """
      CREATE (:Official:Retired {name: 'X.', office: 'none'})
      """
    And having executed:
      """
      MATCH (a:Person), (b {name: 'President Xi'}), (c {name: 'X.'})
      CALL dossier.merge(a, b)
      CALL dossier.merge(a, c)
      """
    And having executed:
      """
      MATCH (m:Merged {name: 'President Xi'}) CALL dossier.unmerge(m)
      """
    When executing query:
      """
      MATCH (p:Person) RETURN labels(p) AS labels, p.office AS office, p.aliases AS aliases
      """
    Then the result should be (ignoring element order for lists):
      | labels                            | office | aliases |
      | ['Person', 'Official', 'Retired'] | 'none' | ['X.']  |
    When executing query:
      """
      MATCH (m:Merged) CALL dossier.unmerge(m) YIELD node
      MATCH (p:Person) RETURN labels(p) AS labels, p.office AS office, p.aliases AS aliases, labels(node) AS other
      """
    Then the result should be (ignoring element order for lists):
      | labels     | office | aliases | other                   |
      | ['Person'] | null   | null    | ['Official', 'Retired'] |

  Scenario: That two are one is a statement that somebody makes
    Given having executed:
      """
      MATCH (a:Person), (b:Official), (times:Media)
      CALL dossier.merge(a, b) YIELD merger
      CREATE (times)-[:ASSERTS]->[merger], (china {name: 'nobody'})-[:DENIES]->[merger]
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD statement, asserted_by, denied_by
      RETURN type(statement) AS what, [w IN asserted_by | w.name] AS says, [w IN denied_by | w.name] AS denies
      """
    Then the result should be, in any order:
      | what          | says      | denies     |
      | 'MERGED_INTO' | ['Times'] | ['nobody'] |
    When executing query:
      """
      UNDISPUTED CALL dossier.named('President Xi') YIELD node RETURN node.name AS name
      """
    Then the result should be, in any order:
      | name           |
      | 'Xi Jinping'   |
      | 'President Xi' |
    And no side effects

  Scenario: A name is looked up by naming properties, aliases and merged names
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    And having executed:
      """
      CREATE (:Person {name: 'Li Qiang', aliases: ['Premier Li', null, 'Li']}), (:Person {name: 'Li'}),
             (:Report {title: 'Report', aliases: 'The report'})
      """
    When executing query:
      """
      UNWIND ['Xi Jinping', 'President Xi', 'Premier Li', 'Li', 'The report', 'nobody'] AS name
      OPTIONAL CALL dossier.named(name) YIELD node
      RETURN name, collect(coalesce(node.name, node.title)) AS found
      """
    Then the result should be, in order:
      | name           | found              |
      | 'Xi Jinping'   | ['Xi Jinping']     |
      | 'President Xi' | ['Xi Jinping']     |
      | 'Premier Li'   | ['Li Qiang']       |
      | 'Li'           | ['Li Qiang', 'Li'] |
      | 'The report'   | ['Report']         |
      | 'nobody'       | []                 |
    And no side effects

  Scenario: A condition asks whether a node is meant by a name
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    And having executed:
      """
      CREATE (:Person {name: 'Li Qiang', aliases: ['Premier Li', null]}), (:Report {title: 'Report', aliases: 'The report'}),
             (:Person {name: 'Li'})-[:SAID {name: 'a speech'}]->(:Report {name: 'Named', title: 'Titled'})
      """
    When executing query:
      """
      UNWIND ['Xi Jinping', 'President Xi', 'Premier Li', 'Li', 'The report', 'Named', 'Titled', 'nobody'] AS name
      OPTIONAL MATCH (n) WHERE named(n, name)
      RETURN name, collect(coalesce(n.name, n.title)) AS found
      """
    Then the result should be, in order:
      | name           | found          |
      | 'Xi Jinping'   | ['Xi Jinping'] |
      | 'President Xi' | ['Xi Jinping'] |
      | 'Premier Li'   | ['Li Qiang']   |
      | 'Li'           | ['Li']         |
      | 'The report'   | ['Report']     |
      | 'Named'        | ['Named']      |
      | 'Titled'       | []             |
      | 'nobody'       | []             |
    When executing query:
      """
      MATCH (p:Person WHERE named(p, 'Li'))-[s]->()
      RETURN named(s, 'a speech') AS said, named(s, 'Li') AS other, named(null, 'Li') AS nothing, named(p, null) AS nobody
      """
    Then the result should be, in any order:
      | said | other | nothing | nobody |
      | true | false | null    | null   |
    And no side effects

  Scenario: A pattern is literal, and finds no aliases
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (n {name: 'President Xi'}) RETURN labels(n) AS labels
      """
    Then the result should be, in any order:
      | labels     |
      | ['Merged'] |
    And no side effects

  Scenario: Fail to ask for a name that is a number
    When executing query:
      """
      MATCH (n:Person) RETURN named(n, 1)
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: Fail to ask for the name of what is deleted
    When executing query:
      """
      MATCH (n:Person) DETACH DELETE n RETURN named(n, 'Xi Jinping')
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess

  Scenario: A claimant is named by an alias
    Given having executed:
      """
      MATCH (a:Person), (b:Official), ()-[r:SENT]->() CREATE (b)-[:ASSERTS]->[r] WITH a, b CALL dossier.merge(a, b)
      """
    When executing query:
      """
      STRICTLY ACCORDING TO 'President Xi' MATCH ()-[r]->() RETURN r.n AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects

  Scenario: Each row merges on the graph as the rows before have left it
    When executing query:
      """
      MATCH (a:Person)
      CREATE (b:Person {name: 'b'}), (c:Person {name: 'c'})
      WITH a, b, c
      UNWIND [[a, b], [c, a]] AS pair
      CALL dossier.merge(pair[0], pair[1]) YIELD moved
      RETURN moved
      """
    Then the result should be, in order:
      | moved |
      | 0     |
      | 3     |
    And the side effects should be:
      | +nodes         | 2  |
      | +relationships | 5  |
      | +labels        | 1  |
      | +properties    | 16 |

  Scenario: What is merged in a subquery, and told to nobody
    Given having executed:
      """
      MATCH (a:Person), (b:Official)
      CALL (a, b) { CALL dossier.merge(a, b) }
      RETURN a
      """
    When executing query:
      """
      MATCH (m:Merged) RETURN m.name AS name
      """
    Then the result should be, in any order:
      | name           |
      | 'President Xi' |
    And no side effects

  Scenario: No row merges nothing
    When executing query:
      """
      MATCH (a:Person), (b:Nobody) CALL dossier.merge(a, b) YIELD moved RETURN moved
      """
    Then the result should be, in any order:
      | moved |
    And no side effects

  Scenario: EXPLAIN merges nothing
    Given having executed:
      """
      EXPLAIN MATCH (a:Person), (b:Official) CALL dossier.merge(a, b) YIELD moved RETURN moved
      """
    When executing query:
      """
      MATCH (m:Merged) RETURN count(m) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: Fail to merge a node with itself
    When executing query:
      """
      MATCH (a:Person) CALL dossier.merge(a, a)
      """
    Then a ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Fail to merge what is merged already
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (c:Country), (m:Merged) CALL dossier.merge(c, m)
      """
    Then a ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Fail to merge in a circle
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (m:Merged)-[:MERGED_INTO]->(a) CALL dossier.merge(m, a)
      """
    Then a ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Fail to merge null
    When executing query:
      """
      MATCH (a:Person) OPTIONAL MATCH (b:Nobody) CALL dossier.merge(a, b)
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: Fail to merge a relationship
    When executing query:
      """
      MATCH (a:Person)-[r:LEADS]->() CALL dossier.merge(a, r)
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: Fail to merge what is deleted
    When executing query:
      """
      MATCH (a:Person), (b:Official) DETACH DELETE b WITH a, b CALL dossier.merge(a, b)
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess

  Scenario: Fail to unmerge what was not merged
    When executing query:
      """
      MATCH (a:Person) CALL dossier.unmerge(a)
      """
    Then a ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Fail to unmerge the node that was kept
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH (a:Person) CALL dossier.unmerge(a)
      """
    Then a ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Fail to unmerge what somebody says is merged
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CREATE (b)-[:MERGED_INTO]->(a)
      """
    When executing query:
      """
      MATCH (b:Official) CALL dossier.unmerge(b)
      """
    Then a ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: Fail where a merger breaks a rule
    Given having executed:
      """
      CREATE EDGE TYPE (:Country)-[:SENT]->(:Official)
      """
    And having executed:
      """
      MATCH (b:Official) REMOVE b.office CREATE CONSTRAINT_FREE = (:Note {name: 'x'})
      """
    And having executed:
      """
      CREATE CONSTRAINT FOR (p:Official) REQUIRE p.born IS :: INTEGER
      """
    And having executed:
      """
      MATCH (a:Person) SET a.born = 'in 1953'
      """
    When executing query:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    Then a ConstraintVerificationFailed should be raised at runtime: SchemaViolation

  Scenario: Fail to merge according to somebody
    When executing query:
      """
      ACCORDING TO 'Times' MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    Then a SyntaxError should be raised at compile time: WriteUnderView

  Scenario: Fail to merge inside a subquery expression
    When executing query:
      """
      MATCH (a:Person), (b:Official) RETURN EXISTS { CALL dossier.merge(a, b) YIELD moved RETURN moved } AS e
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: Fail to delete a relationship that a merger has moved, but with the record of that
    Given having executed:
      """
      MATCH (a:Person), (b:Official) CALL dossier.merge(a, b)
      """
    When executing query:
      """
      MATCH ()-[r:SENT]->() DELETE r
      """
    Then a ConstraintVerificationFailed should be raised at runtime: DeleteConnectedRelationship
