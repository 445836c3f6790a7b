Feature: Disputes: what cannot all be true, and who stands on either side

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (china:Country {name: 'China'})-[v:VIOLATED {n: 1}]->(deal:Agreement {name: 'Geneva'}),
             (usa:Country {name: 'USA'})-[w:VIOLATED {n: 2}]->(deal),
             (us:Government {name: 'Washington'})-[a:ASSERTS]->[v],
             (prc:Government {name: 'Beijing'})-[d:DENIES]->[v],
             (prc)-[b:ASSERTS]->[w],
             [a]-[:CITED_IN]->(:Source {title: 'Speech'}),
             [v]-[:CITED_IN]->(:Source {title: 'Article'})
      """

  Scenario: A denial is a dispute, with both sides and all sources
    When executing query:
      """
      CALL dossier.disputes() YIELD kind, statement, against, asserted_by, denied_by, sources
      RETURN kind, statement.n AS n, against, [w IN asserted_by | w.name] AS asserted_by,
             [w IN denied_by | w.name] AS denied_by, [s IN sources | s.title] AS sources
      """
    Then the result should be, in any order:
      | kind     | n | against | asserted_by    | denied_by   | sources               |
      | 'denial' | 1 | []      | ['Washington'] | ['Beijing'] | ['Article', 'Speech'] |
    And no side effects

  Scenario: A statement that many assert and deny is one dispute, each of them once
    Given having executed:
      """
      MATCH ()-[v:VIOLATED {n: 1}]->(), (us:Government {name: 'Washington'}), (prc:Government {name: 'Beijing'})
      CREATE (us)-[:ASSERTS]->[v], (prc)-[:DENIES]->[v], (us)-[:DENIES]->[v]
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD statement, asserted_by, denied_by
      RETURN statement.n AS n, [w IN asserted_by | w.name] AS asserted_by, [w IN denied_by | w.name] AS denied_by
      """
    Then the result should be, in any order:
      | n | asserted_by    | denied_by                 |
      | 1 | ['Washington'] | ['Beijing', 'Washington'] |
    And no side effects

  Scenario: Nodes and claims can be disputed as well
    Given having executed:
      """
      MATCH (deal:Agreement), (us:Government {name: 'Washington'})-[a:ASSERTS]->[], (prc:Government {name: 'Beijing'})
      CREATE (us)-[:ASSERTS]->(deal), (prc)-[:DENIES]->(deal),
             (:Paper {name: 'Times'})-[:ASSERTS]->[a], (us)-[:DENIES]->[a]
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD statement, denied_by
      RETURN coalesce(statement.name, statement.n, 'a claim') AS what, [w IN denied_by | w.name] AS denied_by
      """
    Then the result should be, in order:
      | what      | denied_by      |
      | 'Geneva'  | ['Beijing']    |
      | 1         | ['Beijing']    |
      | 'a claim' | ['Washington'] |
    And no side effects

  Scenario: What is denied but asserted by nobody is not disputed
    Given having executed:
      """
      MATCH (us:Government {name: 'Washington'}), (c:Country {name: 'USA'})
      CREATE (us)-[:DENIES]->(c)
      """
    When executing query:
      """
      MATCH (c:Country {name: 'USA'})
      OPTIONAL CALL dossier.disputes() YIELD statement WHERE statement = c
      RETURN disputed(c) AS disputed, statement
      """
    Then the result should be, in any order:
      | disputed | statement |
      | false    | null      |
    And no side effects

  Scenario: A contradiction finds each pair once, with who stands behind it
    Given having executed:
      """
      CREATE CONTRADICTION one_culprit FOR (a)-[r:VIOLATED]->(d), (b)-[s:VIOLATED]->(d) WHERE a <> b
      """
    When executing query:
      """
      CALL dossier.disputes() YIELD kind, statement, against, asserted_by, denied_by
      RETURN kind, statement.n AS n, [x IN against | x.n] AS against,
             [w IN asserted_by | w.name] AS asserted_by, [w IN denied_by | w.name] AS denied_by
      """
    Then the result should be, in order:
      | kind          | n | against | asserted_by    | denied_by   |
      | 'denial'      | 1 | []      | ['Washington'] | ['Beijing'] |
      | 'one_culprit' | 1 | [2]     | ['Washington'] | ['Beijing'] |
    And no side effects

  Scenario: Disputes sees what a view leaves
    When executing query:
      """
      ACCORDING TO 'Washington' CALL dossier.disputes() YIELD kind RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects

  Scenario: Nothing undisputed is disputed, a contradiction may be left
    Given having executed:
      """
      CREATE CONTRADICTION FOR (a)-[r:VIOLATED]->(d), (b)-[s:VIOLATED]->(d) WHERE a <> b
      """
    And having executed:
      """
      CREATE (:Country {name: 'Peru'})-[:VIOLATED {n: 3}]->(:Agreement {name: 'Lima'})<-[:VIOLATED {n: 4}]-(:Country)
      """
    When executing query:
      """
      UNDISPUTED CALL dossier.disputes() YIELD kind, statement RETURN kind <> 'denial' AS by_rule, statement.n AS n
      """
    Then the result should be, in any order:
      | by_rule | n |
      | true    | 3 |
    And no side effects

  Scenario: Disputes are asked for each row, in a subquery, and after a WITH
    When executing query:
      """
      MATCH (g:Government)
      WITH g ORDER BY g.name
      CALL (g) {
        CALL dossier.disputes() YIELD asserted_by, denied_by
        WHERE g IN asserted_by OR g IN denied_by
        RETURN count(*) AS n
      }
      RETURN g.name AS who, n, COUNT { CALL dossier.disputes() YIELD kind RETURN kind } AS all
      """
    Then the result should be, in order:
      | who          | n | all |
      | 'Beijing'    | 1 | 1   |
      | 'Washington' | 1 | 1   |
    And no side effects

  Scenario: A procedure sees the claims that the statement has made
    When executing query:
      """
      MATCH ()-[w:VIOLATED {n: 2}]->(), (us:Government {name: 'Washington'})
      CREATE (us)-[:DENIES]->[w]
      WITH count(*) AS made
      CALL dossier.disputes() YIELD statement
      RETURN made, collect(statement.n) AS disputed
      """
    Then the result should be, in any order:
      | made | disputed |
      | 1    | [1, 2]   |
    And the side effects should be:
      | +relationships | 1 |

  Scenario: Who claims how much, and who contradicts whom
    Given having executed:
      """
      MATCH (us:Government {name: 'Washington'})-[a:ASSERTS]->[]
      CREATE (:Paper {name: 'Times'})-[:ASSERTS]->[a]
      """
    When executing query:
      """
      CALL dossier.perspectives() YIELD claimant, asserted, denied, disputed, contradicts
      RETURN claimant.name AS who, asserted, denied, disputed, [w IN contradicts | w.name] AS contradicts
      """
    Then the result should be, in order:
      | who          | asserted | denied | disputed | contradicts    |
      | 'Beijing'    | 1        | 1      | 1        | ['Washington'] |
      | 'Washington' | 1        | 0      | 1        | ['Beijing']    |
      | 'Times'      | 1        | 0      | 0        | []             |
    And no side effects

  Scenario: A claim that is made twice is one, and whoever contradicts themselves is told
    Given having executed:
      """
      MATCH (us:Government {name: 'Washington'})-[:ASSERTS]->[v]
      CREATE (us)-[:ASSERTS]->[v], (us)-[:DENIES]->[v]
      """
    When executing query:
      """
      CALL dossier.perspectives() YIELD claimant, asserted, denied, disputed, contradicts
      WHERE claimant.name = 'Washington'
      RETURN asserted, denied, disputed, [w IN contradicts | w.name] AS contradicts
      """
    Then the result should be, in any order:
      | asserted | denied | disputed | contradicts               |
      | 1        | 1      | 1        | ['Washington', 'Beijing'] |
    And no side effects

  Scenario: Contradictions count among what is disputed
    Given having executed:
      """
      CREATE CONTRADICTION one_culprit FOR (a)-[r:VIOLATED]->(d), (b)-[s:VIOLATED]->(d) WHERE a <> b
      """
    When executing query:
      """
      CALL dossier.perspectives() YIELD claimant, disputed WHERE claimant.name = 'Beijing' RETURN disputed
      """
    Then the result should be, in any order:
      | disputed |
      | 2        |
    And no side effects

  Scenario: Without claims there is nothing to tell
    Given having executed:
      """
      MATCH (n) DETACH DELETE n
      """
    When executing query:
      """
      OPTIONAL CALL dossier.disputes() YIELD kind
      OPTIONAL CALL dossier.perspectives() YIELD claimant
      RETURN kind, claimant
      """
    Then the result should be, in any order:
      | kind | claimant |
      | null | null     |
    And no side effects

  Scenario: Fail to give disputes an argument
    When executing query:
      """
      CALL dossier.disputes('China') YIELD kind RETURN kind
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberOfArguments

  Scenario: Fail to yield what is no column
    When executing query:
      """
      CALL dossier.perspectives() YIELD who RETURN who
      """
    Then a SyntaxError should be raised at compile time: UndefinedVariable
