Feature: Graph algorithms

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:Page {name: 'a'}), (b:Page {name: 'b'}), (c:Page {name: 'c'}), (d:Page:Draft {name: 'd'}), (e:Note {name: 'e'}),
             (a)-[:LINKS]->(b), (c)-[:LINKS]->(b), (b)-[:LINKS]->(a), (d)-[:CITES]->(e), (a)-[:LINKS]->(a)
      """

  Scenario: [1] Components, whichever way relationships point
    When executing query:
      """
      CALL algo.wcc() YIELD node, component
      RETURN component, collect(node.name) AS names ORDER BY component
      """
    Then the result should be, in order:
      | component | names           |
      | 0         | ['a', 'b', 'c'] |
      | 1         | ['d', 'e']      |
    And no side effects

  Scenario: [2] Components of a label and of a type
    When executing query:
      """
      CALL algo.wcc(['Page', 'Note'], 'CITES') YIELD node, component
      RETURN count(DISTINCT component) AS all
      """
    Then the result should be, in any order:
      | all |
      | 4   |
    And no side effects

  Scenario: [3] Relationships to nodes without the label take no part
    When executing query:
      """
      CALL algo.wcc('Page') YIELD node, component
      RETURN node.name AS name, component
      """
    Then the result should be, in any order:
      | name | component |
      | 'a'  | 0         |
      | 'b'  | 0         |
      | 'c'  | 0         |
      | 'd'  | 1         |
    And no side effects

  Scenario: [4] The ranks add up to one
    When executing query:
      """
      CALL algo.page_rank(null, null, {iterations: 50}) YIELD score RETURN round(sum(score), 9) AS total, count(*) AS nodes
      """
    Then the result should be, in any order:
      | total | nodes |
      | 1.0   | 5     |
    And no side effects

  Scenario: [5] The rank of each page
    When executing query:
      """
      CALL algo.page_rank('Page', 'LINKS', {damping: 0.5, tolerance: 0, iterations: 1}) YIELD node, score
      RETURN node.name AS name, score ORDER BY name
      """
    Then the result should be, in order:
      | name | score    |
      | 'a'  | 0.34375  |
      | 'b'  | 0.34375  |
      | 'c'  | 0.15625  |
      | 'd'  | 0.15625  |
    And no side effects

  Scenario: [6] No label or type of that name, and no nodes
    When executing query:
      """
      CALL algo.page_rank('Nothing') YIELD score RETURN count(*) AS n
      UNION ALL
      CALL algo.wcc('Page', 'NOTHING') YIELD component RETURN count(DISTINCT component) AS n
      """
    Then the result should be, in order:
      | n |
      | 0 |
      | 4 |
    And no side effects

  Scenario: [7] A view leaves out what it hides
    Given having executed:
      """
      MATCH (:Page {name: 'c'})-[r:LINKS]->() CREATE (:Editor {name: 'x'})-[:DENIES]->[r]
      """
    When executing query:
      """
      UNDISPUTED CALL algo.wcc('Page', 'LINKS') YIELD node, component RETURN count(DISTINCT component) AS n
      """
    Then the result should be, in any order:
      | n |
      | 3 |
    And no side effects

  Scenario: [8] An option that there is not
    When executing query:
      """
      CALL algo.page_rank(null, null, {dampening: 0.5})
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: [9] An option out of bounds
    When executing query:
      """
      CALL algo.page_rank(null, null, {damping: 1.5})
      """
    Then an ArgumentError should be raised at runtime: InvalidArgumentValue

  Scenario: [10] Labels that are no names
    When executing query:
      """
      CALL algo.wcc([1])
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: [11] Too many arguments
    When executing query:
      """
      CALL algo.wcc(null, null, {}, 1)
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberOfArguments
