Feature: Errors have a class, a detail and a time

  Scenario Outline: <detail> in <query>
    Given any graph
    When executing query:
      """
      <query>
      """
    Then a <class> should be raised at compile time: <detail>

    Examples:
      | class       | detail                         | query                                  |
      | SyntaxError | UndefinedVariable              | RETURN missing                         |
      | SyntaxError | UndefinedVariable              | MATCH (a) WHERE b.v = 1 RETURN a       |
      | SyntaxError | VariableAlreadyBound           | MATCH (a) CREATE (a)                   |
      | SyntaxError | VariableTypeConflict           | MATCH (a)-[a]->() RETURN a             |
      | SyntaxError | UnexpectedSyntax               | MATCH (a RETURN a                      |
      | SyntaxError | UnexpectedSyntax               | RETRUN 1                               |
      | SyntaxError | UnknownFunction                | RETURN nosuch(1)                       |
      | SyntaxError | InvalidNumberOfArguments       | RETURN size()                          |
      | SyntaxError | InvalidArgumentType            | RETURN size(1)                         |
      | SyntaxError | ColumnNameConflict             | RETURN 1 AS a, 2 AS a                  |
      | SyntaxError | DifferentColumnsInUnion        | RETURN 1 AS a UNION RETURN 2 AS b      |
      | SyntaxError | InvalidClauseComposition       | RETURN 1 AS a UNION RETURN 1 AS a UNION ALL RETURN 1 AS a |
      | SyntaxError | NoExpressionAlias              | MATCH (a) WITH a.v RETURN 1            |
      | SyntaxError | NegativeIntegerArgument        | RETURN 1 AS a LIMIT -1                 |
      | SyntaxError | NonConstantExpression          | MATCH (a) RETURN a LIMIT a.v           |
      | SyntaxError | IntegerOverflow                | RETURN 9223372036854775808             |
      | SyntaxError | FloatingPointOverflow          | RETURN 1e999                           |
      | SyntaxError | InvalidDelete                  | MATCH (n) DELETE n:Label               |
      | SyntaxError | NoVariablesInScope             | MATCH () RETURN *                      |
      | SyntaxError | AmbiguousAggregationExpression | MATCH (a) RETURN a.v + count(*)        |
      | ProcedureError | ProcedureNotFound           | CALL no.such()                         |

  Scenario Outline: <detail> when <query> runs
    Given any graph
    When executing query:
      """
      <query>
      """
    Then a <class> should be raised at runtime: <detail>

    Examples:
      | class           | detail                        | query                                            |
      | ArithmeticError | DivisionByZero                | UNWIND [0] AS x RETURN 1 / x                     |
      | TypeError       | InvalidArgumentValue          | UNWIND [{a: 1}] AS x RETURN toInteger(x)         |
      | TypeError       | ListElementAccessByNonInteger | WITH [1] AS list, 'a' AS key RETURN list[key]    |
      | TypeError       | MapElementAccessByNonString   | WITH {a: 1} AS map, 0 AS key RETURN map[key]     |
      | ArgumentError   | NumberOutOfRange              | RETURN range(1, 3, 0)                            |

  Scenario: A parameter that is not given
    Given any graph
    When executing query:
      """
      RETURN $missing AS x
      """
    Then a ParameterMissing should be raised at any time: *

  Scenario: Reading what was deleted
    Given an empty graph
    And having executed:
      """
      CREATE (:A {v: 1})
      """
    When executing query:
      """
      MATCH (a:A) DELETE a RETURN a.v
      """
    Then a EntityNotFound should be raised at runtime: DeletedEntityAccess
    And no side effects
