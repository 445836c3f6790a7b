Feature: Views: the graph as somebody sees it, as nobody disputes it, as it was on a day

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (us:Government {name: 'Washington'}), (prc:Government {name: 'Beijing'}),
             (paper:Paper {name: 'Times'}), (li:Person {name: 'Li'}),
             (deal:Agreement {name: 'Geneva', valid_from: date('2025-05-12')}),
             (us)-[:SIGNED]->(deal), (prc)-[:SIGNED]->(deal),
             (prc)-[v1:VIOLATED {by: 'Beijing'}]->(deal), (us)-[v2:VIOLATED {by: 'Washington'}]->(deal),
             (us)-[a:ASSERTS {confidence: 0.9}]->[v1], (prc)-[:DENIES]->[v1],
             (li)-[b:ASSERTS {confidence: 0.5}]->[v2],
             (paper)-[:ASSERTS]->[a], (paper)-[:ASSERTS]->[b]
      """

  Scenario: Who broke the deal, according to each side
    When executing query:
      """
      ACCORDING TO (:Government {name: 'Washington'})
      MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who       |
      | 'Beijing' |
    And no side effects

  Scenario: A claimant is named by its name
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who          |
      | 'Washington' |
    And no side effects

  Scenario: Of several claimants any one suffices
    When executing query:
      """
      ACCORDING TO ['Li', 'Washington'] MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who ORDER BY who
      """
    Then the result should be, in order:
      | who          |
      | 'Beijing'    |
      | 'Washington' |
    And no side effects

  Scenario: What only others claim is not there, background is
    When executing query:
      """
      ACCORDING TO 'Times' MATCH (x)-[r]->(d:Agreement) RETURN x.name AS who, type(r) AS r ORDER BY who
      """
    Then the result should be, in order:
      | who          | r        |
      | 'Beijing'    | 'SIGNED' |
      | 'Washington' | 'SIGNED' |
    And no side effects

  Scenario: Strictly, background relationships are not there either
    When executing query:
      """
      STRICTLY ACCORDING TO 'Washington' MATCH (x)-[r]->(d:Agreement) RETURN x.name AS who, type(r) AS r
      """
    Then the result should be, in any order:
      | who       | r          |
      | 'Beijing' | 'VIOLATED' |
    And no side effects

  Scenario: Claims below a confidence do not count
    When executing query:
      """
      ACCORDING TO ['Li', 'Washington'] WITH CONFIDENCE >= 0.7
      MATCH (x)-[:VIOLATED]->(d) RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who       |
      | 'Beijing' |
    And no side effects

  Scenario: Undisputed is what nobody denies
    When executing query:
      """
      UNDISPUTED MATCH (x)-[:VIOLATED]->() RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who          |
      | 'Washington' |
    And no side effects

  Scenario: As of a day before the deal it is not there, and nothing that leads to it
    When executing query:
      """
      AS OF date('2025-05-11') MATCH (x:Government) OPTIONAL MATCH (x)-[r]->(d)
      RETURN x.name AS who, r, d ORDER BY who
      """
    Then the result should be, in order:
      | who          | r    | d    |
      | 'Beijing'    | null | null |
      | 'Washington' | null | null |
    And no side effects

  Scenario: As of a day is half-open, and takes text
    When executing query:
      """
      AS OF '2025-05-12' MATCH (d:Agreement) RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects

  Scenario: Prefixes combine in any order
    When executing query:
      """
      UNDISPUTED AS OF datetime('2025-06-01T00:00:00Z') ACCORDING TO ['Washington', 'Li']
      MATCH (x)-[:VIOLATED]->() RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who          |
      | 'Washington' |
    And no side effects

  Scenario: The best hides what is ranked lower
    Given having executed:
      """
      MATCH (paper:Paper)
      CREATE (c:City {name: 'Rome'})-[m:MAYOR]->(:Person {name: 'New'}),
             (c)-[:MAYOR]->(:Person {name: 'Old'}), (paper)-[:ASSERTS {rank: 'preferred'}]->[m]
      """
    When executing query:
      """
      BEST MATCH (:City)-[:MAYOR]->(p) RETURN p.name AS name
      """
    Then the result should be, in any order:
      | name  |
      | 'New' |
    And no side effects

  Scenario: Counts, paths and subqueries see the view
    When executing query:
      """
      ACCORDING TO 'Washington'
      MATCH (x:Government)
      RETURN x.name AS who, COUNT { (x)-->() } AS n, EXISTS { (x)-[:VIOLATED]->() } AS broke,
             [(x)-[*1..2]->(y) | y.name] AS reach
      ORDER BY who
      """
    Then the result should be, in order:
      | who          | n | broke | reach                |
      | 'Beijing'    | 2 | true  | ['Geneva', 'Geneva'] |
      | 'Washington' | 1 | false | ['Geneva']           |
    And no side effects

  Scenario: A parameter names the claimant
    Given parameters are:
      | who | 'Beijing' |
    When executing query:
      """
      ACCORDING TO $who MATCH (x)-[:VIOLATED]->() RETURN count(*) AS n
      """
    Then the result should be, in any order:
      | n |
      | 0 |
    And no side effects

  Scenario: A pattern with a relationship names claimants by what they are connected to
    When executing query:
      """
      ACCORDING TO (who:Government)-[:ASSERTS]->[] MATCH (x)-[:VIOLATED]->() RETURN x.name AS who
      """
    Then the result should be, in any order:
      | who       |
      | 'Beijing' |
    And no side effects

  Scenario: The words of prefixes stay names
    When executing query:
      """
      WITH 1 AS best, 2 AS undisputed, 3 AS according, 4 AS strictly, 5 AS confidence
      RETURN best + undisputed + according + strictly + confidence AS sum
      """
    Then the result should be, in any order:
      | sum |
      | 15  |
    And no side effects

  Scenario: CREATE according to somebody is asserted by them
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (prc:Government {name: 'Beijing'}) CREATE (prc)-[r:OFFERED {what: 'talks'}]->(x:Offer)
      RETURN [w IN asserted_by(r) | w.name] AS r, [w IN asserted_by(x) | w.name] AS x
      """
    Then the result should be, in any order:
      | r      | x      |
      | ['Li'] | ['Li'] |
    And the side effects should be:
      | +nodes         | 1 |
      | +relationships | 3 |
      | +labels        | 1 |
      | +properties    | 1 |

  Scenario: What is created according to somebody is there for them and not for others
    Given having executed:
      """
      ACCORDING TO ['Li', 'Times'] CREATE (:Rumour {text: 'x'})
      """
    When executing query:
      """
      ACCORDING TO 'Washington' MATCH (r:Rumour) RETURN r.text AS text
      """
    Then the result should be empty
    And no side effects

  Scenario: An item of CREATE under a view reads what the items before have created
    When executing query:
      """
      ACCORDING TO 'Li' CREATE (a:A {x: 1}), (b:B {y: a.x + 1}) RETURN b.y AS y
      """
    Then the result should be, in any order:
      | y |
      | 2 |
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 2 |
      | +labels        | 2 |
      | +properties    | 2 |

  Scenario: A claim that the claimant states itself is not asserted again
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (li:Person {name: 'Li'}), (d:Agreement) CREATE (li)-[:ASSERTS]->(d)
      """
    Then the result should be empty
    And the side effects should be:
      | +relationships | 1 |

  Scenario: Fail to see the graph according to nobody
    When executing query:
      """
      ACCORDING TO (:Nobody) MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: NoSuchClaimant

  Scenario: Fail to see the graph according to null
    When executing query:
      """
      ACCORDING TO null MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: NoSuchClaimant

  Scenario: Fail where nobody has the name
    When executing query:
      """
      ACCORDING TO 'Washingtn' MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: NoSuchClaimant

  Scenario: Fail where two have the name
    Given having executed:
      """
      CREATE (:Person {name: 'Li'})
      """
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: AmbiguousClaimant

  Scenario: Fail where a claimant is a number
    When executing query:
      """
      ACCORDING TO 1 MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: Fail where validity is no date
    Given having executed:
      """
      CREATE (:Event {valid_from: 'May'})
      """
    When executing query:
      """
      AS OF date('2025-01-01') MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: UnusableStatement

  Scenario: Fail to say twice whose word counts
    When executing query:
      """
      ACCORDING TO 'Li' UNDISPUTED ACCORDING TO 'Times' MATCH (n) RETURN n
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: Fail to change what is seen in part
    When executing query:
      """
      UNDISPUTED MATCH (n) SET n.x = 1
      """
    Then a SyntaxError should be raised at compile time: WriteUnderView

  Scenario: Fail to merge according to somebody
    When executing query:
      """
      ACCORDING TO 'Li' MERGE (n:Offer)
      """
    Then a SyntaxError should be raised at compile time: WriteUnderView

  Scenario: Fail to merge a relationship according to somebody
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (a:Government), (d:Agreement) MERGE (a)-[:HONOURED]->(d)
      """
    Then a SyntaxError should be raised at compile time: WriteUnderView

  Scenario: Fail to delete according to somebody
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (d:Agreement) DETACH DELETE d
      """
    Then a SyntaxError should be raised at compile time: WriteUnderView

  Scenario: Fail to merge in a subquery according to somebody
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (d:Agreement) CALL (d) { MERGE (d)-[:HONOURED]->(d) } RETURN d
      """
    Then a SyntaxError should be raised at compile time: WriteUnderView

  Scenario: Fail where the end of validity is a number
    Given having executed:
      """
      CREATE (:Event)-[:AT {valid_to: 2025}]->(:Place)
      """
    When executing query:
      """
      AS OF date('2025-01-01') MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: UnusableStatement

  Scenario: Validity that is no date does no harm where no moment is asked for
    Given having executed:
      """
      CREATE (:Event {name: 'x', valid_from: 'May', valid_to: null})
      """
    When executing query:
      """
      UNDISPUTED MATCH (e:Event) RETURN e.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'x'  |
    And no side effects

  Scenario: Fail to ask what holds at something that is no moment
    When executing query:
      """
      AS OF 2025 MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: Fail to ask what holds at a time of day
    When executing query:
      """
      AS OF localtime('12:00') MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: Fail where a claimant is deleted
    Given having executed:
      """
      MATCH (li:Person {name: 'Li'}) DETACH DELETE li
      """
    When executing query:
      """
      ACCORDING TO 'Li' MATCH (n) RETURN n
      """
    Then a ArgumentError should be raised at runtime: NoSuchClaimant

  Scenario: Fail where confidence is no number
    When executing query:
      """
      ACCORDING TO 'Li' WITH CONFIDENCE >= 'much' MATCH (n) RETURN n
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType
