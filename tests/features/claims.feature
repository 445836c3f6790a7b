Feature: Claims: relationships that point at relationships

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (china:Country {name: 'China'})-[v:VIOLATED]->(deal:Agreement {name: 'Geneva'}),
             (us:Government {name: 'Washington'})-[a:ASSERTS {at: 11}]->[v],
             (prc:Government {name: 'Beijing'})-[d:DENIES {at: 13}]->[v],
             (paper:Paper {name: 'Times'})-[:ASSERTS {at: 1}]->[a]
      """

  Scenario: A claim is found at the statement that it is about
    When executing query:
      """
      MATCH (x)-[r:VIOLATED]->(d), (who)-[c:ASSERTS|DENIES]->[r]
      RETURN who.name AS who, type(c) AS says, x.name AS x, d.name AS d
      """
    Then the result should be, in any order:
      | who          | says      | x       | d        |
      | 'Washington' | 'ASSERTS' | 'China' | 'Geneva' |
      | 'Beijing'    | 'DENIES'  | 'China' | 'Geneva' |
    And no side effects

  Scenario: A claim about a claim says who reports it
    When executing query:
      """
      MATCH (who)-[c]->[:VIOLATED], (paper)-[:ASSERTS]->[c]
      RETURN paper.name AS paper, who.name AS who
      """
    Then the result should be, in any order:
      | paper   | who          |
      | 'Times' | 'Washington' |
    And no side effects

  Scenario: Plain patterns never see claims
    When executing query:
      """
      MATCH (a)-[r]->(b)
      RETURN a.name AS a, type(r) AS r, b.name AS b
      """
    Then the result should be, in any order:
      | a       | r          | b        |
      | 'China' | 'VIOLATED' | 'Geneva' |
    And no side effects

  Scenario: Plain patterns without a direction never see claims either
    When executing query:
      """
      MATCH (:Government)-[r]-()
      RETURN count(r) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: Paths of variable length do not run through claims
    When executing query:
      """
      MATCH (:Country)-[*1..4]-(x)
      RETURN x.name AS x
      """
    Then the result should be, in any order:
      | x        |
      | 'Geneva' |
    And no side effects

  Scenario: A pattern with a relationship as its end meets claims only
    When executing query:
      """
      MATCH (who)-[c]->[r]
      RETURN who.name AS who, c, r
      """
    Then the result should be, in any order:
      | who          | c                   | r                   |
      | 'Washington' | [:ASSERTS {at: 11}] | [:VIOLATED]         |
      | 'Beijing'    | [:DENIES {at: 13}]  | [:VIOLATED]         |
      | 'Times'      | [:ASSERTS {at: 1}]  | [:ASSERTS {at: 11}] |
    And no side effects

  Scenario: The relationship at the end may be described in its brackets
    When executing query:
      """
      MATCH (who)-[:ASSERTS]->[c:ASSERTS {at: 11}]
      RETURN who.name AS who, c.at AS at
      """
    Then the result should be, in any order:
      | who     | at |
      | 'Times' | 11 |
    And no side effects

  Scenario: The relationship at the end may be written first
    When executing query:
      """
      MATCH [r:VIOLATED]<-[:DENIES]-(who)
      RETURN who.name AS who
      """
    Then the result should be, in any order:
      | who       |
      | 'Beijing' |
    And no side effects

  Scenario: A claim may be asked for in EXISTS
    When executing query:
      """
      MATCH (x)-[r]->(y)
      WHERE EXISTS { MATCH (:Government {name: 'Beijing'})-[:DENIES]->[r] }
      RETURN x.name AS x, y.name AS y
      """
    Then the result should be, in any order:
      | x       | y        |
      | 'China' | 'Geneva' |
    And no side effects

  Scenario: A statement without a claim stays in OPTIONAL MATCH
    Given having executed:
      """
      CREATE (:Country {name: 'Peru'})-[:SIGNED]->(:Agreement {name: 'Lima'})
      """
    When executing query:
      """
      MATCH (x)-[r]->()
      OPTIONAL MATCH (who)-[:DENIES]->[r]
      RETURN x.name AS x, who.name AS who
      """
    Then the result should be, in any order:
      | x       | who       |
      | 'China' | 'Beijing' |
      | 'Peru'  | null      |
    And no side effects

  Scenario: A claim is created together with its statement
    When executing query:
      """
      CREATE (a:A)-[r:T]->(b:B), (c:C)-[:ASSERTS {at: 2}]->[r]
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 3 |
      | +relationships | 2 |
      | +labels        | 3 |
      | +properties    | 1 |

  Scenario: A claim is created about a statement that is there
    When executing query:
      """
      MATCH ()-[v:VIOLATED]->()
      CREATE (w:Witness {name: 'Bern'})-[c:DENIES]->[v]
      RETURN w.name AS who, type(c) AS says
      """
    Then the result should be, in any order:
      | who    | says     |
      | 'Bern' | 'DENIES' |
    And the side effects should be:
      | +nodes         | 1 |
      | +relationships | 1 |
      | +labels        | 1 |
      | +properties    | 1 |

  Scenario: Evidence begins at a claim
    When executing query:
      """
      MATCH (:Government)-[c:ASSERTS]->[:VIOLATED]
      CREATE [c]-[cite:CITED_IN {locator: 'p. 1'}]->(doc:Source {title: 'Minutes'})
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 1 |
      | +relationships | 1 |
      | +labels        | 1 |
      | +properties    | 2 |
    When executing control query:
      """
      MATCH (who)-[c]->[], [c]-[cite:CITED_IN]->(doc)
      RETURN who.name AS who, cite.locator AS locator, doc.title AS title
      """
    Then the result should be, in any order:
      | who          | locator | title     |
      | 'Washington' | 'p. 1'  | 'Minutes' |

  Scenario: MERGE finds a claim that is there
    When executing query:
      """
      MATCH ()-[v:VIOLATED]->(), (g:Government {name: 'Beijing'})
      MERGE (g)-[c:DENIES]->[v]
      RETURN c.at AS at
      """
    Then the result should be, in any order:
      | at |
      | 13 |
    And no side effects

  Scenario: MERGE makes a claim that is not there
    When executing query:
      """
      MATCH ()-[v:VIOLATED]->(), (g:Government {name: 'Beijing'})
      MERGE (g)-[c:DOUBTS]->[v]
      ON CREATE SET c.at = 7
      RETURN c.at AS at
      """
    Then the result should be, in any order:
      | at |
      | 7  |
    And the side effects should be:
      | +relationships | 1 |
      | +properties    | 1 |

  Scenario: A relationship that others point at is not deleted
    When executing query:
      """
      MATCH ()-[v:VIOLATED]->()
      DELETE v
      """
    Then a ConstraintVerificationFailed should be raised at runtime: *
    And no side effects

  Scenario: DETACH DELETE of a relationship takes along what points at it
    When executing query:
      """
      MATCH ()-[v:VIOLATED]->()
      DETACH DELETE v
      """
    Then the result should be empty
    And the side effects should be:
      | -relationships | 4 |
      | -properties    | 3 |

  Scenario: DETACH DELETE of a node takes along claims about its relationships
    When executing query:
      """
      MATCH (a:Agreement)
      DETACH DELETE a
      """
    Then the result should be empty
    And the side effects should be:
      | -nodes         | 1 |
      | -relationships | 4 |
      | -labels        | 1 |
      | -properties    | 4 |

  Scenario: A claim is deleted like any relationship
    When executing query:
      """
      MATCH ()-[d:DENIES]->[]
      DELETE d
      """
    Then the result should be empty
    And the side effects should be:
      | -relationships | 1 |
      | -properties    | 1 |

  Scenario: A claimant with a claim is a connected node
    When executing query:
      """
      MATCH (p:Paper)
      DELETE p
      """
    Then a ConstraintVerificationFailed should be raised at runtime: DeleteConnectedNode
    And no side effects

  Scenario: A statement and its claims go together in one DELETE
    When executing query:
      """
      MATCH ()-[v:VIOLATED]->(), ()-[c]->[v]
      OPTIONAL MATCH ()-[report]->[c]
      DELETE report, c, v
      """
    Then the result should be empty
    And the side effects should be:
      | -relationships | 4 |
      | -properties    | 3 |

  Scenario: Both ends may be relationships
    When executing query:
      """
      MATCH ()-[a:ASSERTS]->[:VIOLATED], ()-[d:DENIES]->[:VIOLATED]
      CREATE [d]-[x:CONTRADICTS]->[a]
      WITH d
      MATCH [d]-[x]->[a]
      RETURN type(d) AS d, type(x) AS x, type(a) AS a
      """
    Then the result should be, in any order:
      | d        | x             | a         |
      | 'DENIES' | 'CONTRADICTS' | 'ASSERTS' |
    And the side effects should be:
      | +relationships | 1 |

  Scenario: A node cannot stand in square brackets
    When executing query:
      """
      MATCH (n:Country), (who)-[c]->[n]
      RETURN who
      """
    Then a SyntaxError should be raised at compile time: VariableTypeConflict

  Scenario: A claim has properties that can be changed
    When executing query:
      """
      MATCH ()-[d:DENIES]->[]
      SET d.at = 14, d.implied = true
      RETURN d
      """
    Then the result should be, in any order:
      | d                                 |
      | [:DENIES {at: 14, implied: true}] |
    And the side effects should be:
      | +properties | 2 |
      | -properties | 1 |

  Scenario: No relationship points at itself, however the pattern begins
    Given an empty graph
    And having executed:
      """
      CREATE (a:A)-[r:S]->(b:B), (c:C)-[:T]->[r], [r]-[:U]->(d:D)
      """
    When executing query:
      """
      OPTIONAL MATCH (x)-[p]->[p]
      OPTIONAL MATCH (y)<-[q]-[q]
      OPTIONAL MATCH (:A)-->(z)-[s]-[s]
      RETURN p, q, s, EXISTS { (:C)-[t:T]->[t] } AS t, COUNT { [u]-[u]-() } AS u
      """
    Then the result should be, in any order:
      | p    | q    | s    | t     | u |
      | null | null | null | false | 0 |
    And no side effects

  Scenario: Who asserts and who denies a statement
    When executing query:
      """
      MATCH ()-[r:VIOLATED]->()
      RETURN [w IN asserted_by(r) | w.name] AS asserted, [w IN denied_by(r) | w.name] AS denied,
             disputed(r) AS disputed, [c IN claims(r) | type(c)] AS claims
      """
    Then the result should be, in any order:
      | asserted       | denied      | disputed | claims                |
      | ['Washington'] | ['Beijing'] | true     | ['ASSERTS', 'DENIES'] |
    And no side effects

  Scenario: A chain of reports is attributed, the last reporter first
    Given having executed:
      """
      MATCH ()-[r:VIOLATED]->()
      CREATE (:Person {name: 'Ann'})-[:ASSERTS]->[r]
      """
    When executing query:
      """
      MATCH ()-[r:VIOLATED]->()
      RETURN [chain IN attribution(r) | [who IN chain | who.name]] AS said
      """
    Then the result should be, in any order:
      | said                               |
      | [['Times', 'Washington'], ['Ann']] |
    And no side effects

  Scenario: Sources are those of the statement, then of claims and of reports
    Given having executed:
      """
      MATCH ()-[r:VIOLATED]->(), ()-[a:ASSERTS]->[r], ()-[report:ASSERTS]->[a]
      CREATE (memo:Source {title: 'Memo'}), (issue:Source {title: 'Issue'}),
             [r]-[:CITED_IN]->(memo), [report]-[:CITED_IN]->(issue), [a]-[:CITED_IN]->(memo)
      """
    When executing query:
      """
      MATCH (x)-[r:VIOLATED]->()
      RETURN [s IN sources(r) | s.title] AS r, [s IN sources(x) | s.title] AS x
      """
    Then the result should be, in any order:
      | r                 | x  |
      | ['Memo', 'Issue'] | [] |
    And no side effects

  Scenario: Nobody speaks of what is background, and null stays null
    When executing query:
      """
      MATCH (n:Agreement)
      RETURN asserted_by(n) AS a, denied_by(n) AS b, disputed(n) AS c, claims(n) AS d,
             sources(n) AS e, attribution(n) AS f, disputed(null) AS g
      """
    Then the result should be, in any order:
      | a  | b  | c     | d  | e  | f  | g    |
      | [] | [] | false | [] | [] | [] | null |
    And no side effects

  Scenario: Fail to ask who asserts a number
    When executing query:
      """
      RETURN asserted_by(1)
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: Fail to ask who asserts what is deleted
    When executing query:
      """
      MATCH (n:Agreement) DETACH DELETE n RETURN disputed(n)
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess

  Scenario: What is denied and never asserted is not disputed, but not undisputed either
    Given having executed:
      """
      MATCH (deal:Agreement), (prc:Government {name: 'Beijing'}) CREATE (deal)-[:FORBIDS {n: 1}]->(:Act), (prc)-[:DENIES]->(:Rumour {name: 'war'})
      """
    And having executed:
      """
      MATCH ()-[f:FORBIDS]->(), (us:Government {name: 'Washington'}) CREATE (us)-[:DENIES]->[f]
      """
    When executing query:
      """
      MATCH ()-[f:FORBIDS]->(), (r:Rumour)
      RETURN disputed(f) AS f, disputed(r) AS r, asserted_by(f) AS says, [w IN denied_by(f) | w.name] AS denies
      """
    Then the result should be, in any order:
      | f     | r     | says | denies         |
      | false | false | []   | ['Washington'] |
    When executing query:
      """
      UNDISPUTED MATCH (n) WHERE n:Rumour OR EXISTS { (n)-[:FORBIDS]->() } RETURN count(n) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    When executing query:
      """
      ACCORDING TO 'Times' MATCH ()-[f:FORBIDS]->() RETURN count(f) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |

  Scenario: Fail to claim what was deleted in the same statement
    When executing query:
      """
      MATCH (us:Government {name: 'Washington'}), ()-[v:VIOLATED]->()
      DETACH DELETE v
      CREATE (us)-[:ASSERTS]->[v]
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess

  Scenario: Fail to deny a node that was deleted
    When executing query:
      """
      MATCH (us:Government {name: 'Washington'}), (china:Country)
      DETACH DELETE china
      CREATE (us)-[:DENIES]->(china)
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess

  Scenario: A claim about a statement that nothing matches is not made
    When executing query:
      """
      MATCH (us:Government {name: 'Washington'}), ()-[v:HONOURED]->()
      CREATE (us)-[:ASSERTS]->[v]
      """
    Then the result should be empty
    And no side effects

  Scenario: Fail to claim null
    When executing query:
      """
      MATCH (us:Government {name: 'Washington'})
      OPTIONAL MATCH ()-[v:HONOURED]->()
      CREATE (us)-[:ASSERTS]->[v]
      """
    Then a SemanticError should be raised at runtime: MissingEndpoint
