Feature: Rules of the optimiser are switched off and on

  Background:
    Given an empty graph
    And having executed:
      """
      CREATE (a:N {id: 1})-[:R]->(b:N {id: 2})-[:R]->(c:N {id: 3}), (a)-[:R]->(c)
      """

  Scenario Outline: Rows are the same without a rule
    Given having executed:
      """
      SET optimiser.<rule> = off
      """
    When executing query:
      """
      MATCH (x:N)-->(y)-->(z), (x)-->(z) WHERE x.id = 1 RETURN count(*) AS n ORDER BY n LIMIT 1
      """
    Then the result should be, in any order:
      | n |
      | 1 |
    And no side effects
    When executing control query:
      """
      SET optimiser.<rule> = ON;
      """
    Then the result should be empty
    And no side effects

    Examples:
      | rule               |
      | filter_pushdown    |
      | merge_filters      |
      | INDEX_SEEK         |
      | path_count         |
      | `intersection`     |
      | intersection_count |
      | distinct_ends      |
      | top_k              |

  Scenario: A variable may be called optimiser
    When executing query:
      """
      MATCH (optimiser {id: 1}) SET optimiser.on = 1 RETURN optimiser.on AS on
      """
    Then the result should be, in any order:
      | on |
      | 1  |
    And the side effects should be:
      | +properties | 1 |

  Scenario: A rule that there is not
    When executing query:
      """
      SET optimiser.everything = off
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario Outline: What stands there must be a switch
    When executing query:
      """
      SET optimiser.<text>
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

    Examples:
      | text                       |
      | top_k = maybe              |
      | top_k                      |
      | top_k = on RETURN 1        |
      | = on                       |
      | top_k = off, path_count = off |
