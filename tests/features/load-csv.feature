Feature: LOAD CSV

  Scenario: Without headers a row is a list of strings
    Given an empty graph
    And there exists a CSV file with URL as $file, with rows:
      | 1 | Li |
      | 2 | He |
    When executing query:
      """
      LOAD CSV FROM $file AS row RETURN row
      """
    Then the result should be, in order:
      | row         |
      | ['1', 'Li'] |
      | ['2', 'He'] |
    And no side effects

  Scenario: With headers a row is a map
    Given an empty graph
    And there exists a CSV file with URL as $file, with rows:
      | id | name |
      | 1 | Li |
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row, row.name AS name
      """
    Then the result should be, in any order:
      | row                   | name |
      | {id: '1', name: 'Li'} | 'Li' |
    And no side effects

  Scenario: Everything is a string, until it is converted
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      n,f,b
      7,1.5,true
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row
      RETURN toInteger(row.n) + 1 AS n, toFloat(row.f) * 2 AS f, toBoolean(row.b) AS b, row.n + 1 AS s
      """
    Then the result should be, in any order:
      | n | f   | b    | s    |
      | 8 | 3.0 | true | '71' |
    And no side effects

  Scenario: An empty field is null, and an empty string where it is quoted
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a,b,c
      ,"",x
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row.a AS a, row.b AS b, row.c AS c
      """
    Then the result should be, in any order:
      | a    | b  | c   |
      | null | '' | 'x' |
    And no side effects

  Scenario: Without headers too
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      ,"",x
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row RETURN row
      """
    Then the result should be, in any order:
      | row             |
      | [null, '', 'x'] |
    And no side effects

  Scenario: A short row has nulls where fields are missing
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a,b,c
      1
      1,2
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row
      """
    Then the result should be, in order:
      | row                        |
      | {a: '1', b: null, c: null} |
      | {a: '1', b: '2', c: null}  |
    And no side effects

  Scenario: Fields that the header does not name are left out
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a,,c
      1,2,3,4
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row
      """
    Then the result should be, in any order:
      | row              |
      | {a: '1', c: '3'} |
    And no side effects

  Scenario: Without headers each row has its own length
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      1,2,3
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row RETURN size(row) AS size
      """
    Then the result should be, in order:
      | size |
      | 1    |
      | 3    |
    And no side effects

  Scenario: Quotes are doubled, and line breaks and commas stand in quotes
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      "say ""no"", he said","two
      lines"
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row RETURN row[0] AS a, row[1] AS b
      """
    Then the result should be, in any order:
      | a                   | b            |
      | 'say "no", he said' | 'two\nlines' |
    And no side effects

  Scenario: Empty lines are no rows
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      
      a
      
      
      1
      
      
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row.a AS a, linenumber() AS line
      """
    Then the result should be, in any order:
      | a   | line |
      | '1' | 5    |
    And no side effects

  Scenario: Another character between the fields
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a;b
      1;2,5
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row FIELDTERMINATOR ';' RETURN row.b AS b
      """
    Then the result should be, in any order:
      | b     |
      | '2,5' |
    And no side effects

  Scenario: A tab between the fields
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a	b
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row FIELDTERMINATOR '\t' RETURN row
      """
    Then the result should be, in any order:
      | row        |
      | ['a', 'b'] |
    And no side effects

  Scenario: An empty file has no rows
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row
      """
    Then the result should be empty
    And no side effects

  Scenario: A file that has only a header has no rows
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a,b
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN count(*) AS rows
      """
    Then the result should be, in any order:
      | rows |
      | 0    |
    And no side effects

  Scenario: Rows become nodes and relationships
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      from,to
      Li,He
      He,Li
      He,
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row
      MERGE (a:Person {name: row.from})
      WITH a, row WHERE row.to IS NOT NULL
      MERGE (b:Person {name: row.to})
      CREATE (a)-[:MET]->(b)
      """
    Then the result should be empty
    And the side effects should be:
      | +nodes         | 2 |
      | +relationships | 2 |
      | +labels        | 1 |
      | +properties    | 2 |

  Scenario: A file for each row before it
    Given an empty graph
    And there exists a CSV file with URL as $a, with text:
      """
      1
      2
      """
    And there exists a CSV file with URL as $b, with text:
      """
      3
      """
    When executing query:
      """
      UNWIND [$a, $b, $a] AS file LOAD CSV FROM file AS row RETURN row[0] AS x
      """
    Then the result should be, in order:
      | x   |
      | '1' |
      | '2' |
      | '3' |
      | '1' |
      | '2' |
    And no side effects

  Scenario: Two files, each row with each row
    Given an empty graph
    And there exists a CSV file with URL as $a, with text:
      """
      1
      2
      """
    And there exists a CSV file with URL as $b, with text:
      """
      x
      y
      """
    When executing query:
      """
      LOAD CSV FROM $a AS a LOAD CSV FROM $b AS b RETURN a[0] + b[0] AS pair
      """
    Then the result should be, in order:
      | pair |
      | '1x' |
      | '1y' |
      | '2x' |
      | '2y' |
    And no side effects

  Scenario: The place of a file may depend on a row
    Given an empty graph
    And there exists a CSV file with URL as $people, with text:
      """
      name
      Li
      """
    And having executed:
      """
      CREATE (:Source {name: 'people'})
      """
    When executing query:
      """
      MATCH (s:Source) LOAD CSV WITH HEADERS FROM 'file:///' + s.name + '.csv' AS row RETURN row.name AS name
      """
    Then the result should be, in any order:
      | name |
      | 'Li' |
    And no side effects

  Scenario: In a subquery, for each row
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      2
      3
      """
    When executing query:
      """
      UNWIND [1, 2] AS x
      CALL (x) { LOAD CSV FROM $file AS row WITH row WHERE toInteger(row[0]) > x RETURN count(*) AS larger }
      RETURN x, larger
      """
    Then the result should be, in any order:
      | x | larger |
      | 1 | 2      |
      | 2 | 1      |
    And no side effects

  Scenario: A subquery that reads an empty file keeps the row where it is optional
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      
      """
    When executing query:
      """
      UNWIND [1, 2] AS x
      OPTIONAL CALL (x) { LOAD CSV FROM $file AS row RETURN row }
      RETURN x, row
      """
    Then the result should be, in any order:
      | x | row  |
      | 1 | null |
      | 2 | null |
    And no side effects

  Scenario: In subquery expressions
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      2
      3
      """
    When executing query:
      """
      RETURN EXISTS { LOAD CSV FROM $file AS row WITH row WHERE row[0] = '2' RETURN row } AS two,
        COUNT { LOAD CSV FROM $file AS row RETURN row } AS rows,
        COLLECT { LOAD CSV FROM $file AS row RETURN row[0] } AS all
      """
    Then the result should be, in any order:
      | two  | rows | all             |
      | true | 3    | ['1', '2', '3'] |
    And no side effects

  Scenario: linenumber() and file() tell where a row comes from
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a
      1
      "2
      2"
      3
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row.a AS a, linenumber() AS line, file() AS file
      """
    Then the result should be, in order:
      | a      | line | file               |
      | '1'    | 2    | 'file:///file.csv' |
      | '2\n2' | 3    | 'file:///file.csv' |
      | '3'    | 5    | 'file:///file.csv' |
    And no side effects

  Scenario: They are known behind a WITH that keeps the rows, and in subqueries
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      2
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row WITH row[0] AS x ORDER BY linenumber() DESC
      CALL (x) { RETURN linenumber() AS inside }
      RETURN x, linenumber() AS line, inside
      """
    Then the result should be, in order:
      | x   | line | inside |
      | '2' | 2    | 2      |
      | '1' | 1    | 1      |
    And no side effects

  Scenario: They are null where rows were grouped, and without LOAD CSV
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      2
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row WITH count(*) AS n RETURN n, linenumber() AS line, file() AS file
      """
    Then the result should be, in any order:
      | n | line | file |
      | 2 | null | null |
    And no side effects

  Scenario: They are null without LOAD CSV
    Given an empty graph
    When executing query:
      """
      RETURN linenumber() AS line, file() AS file
      """
    Then the result should be, in any order:
      | line | file |
      | null | null |
    And no side effects

  Scenario: Lines can be grouped by, and every column returned without them
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      2
      1
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row WITH *, linenumber() AS line RETURN row[0] AS x, collect(line) AS lines
      """
    Then the result should be, in any order:
      | x   | lines  |
      | '1' | [1, 3] |
      | '2' | [2]    |
    And no side effects

  Scenario: The second of two files is the one that is told
    Given an empty graph
    And there exists a CSV file with URL as $a, with text:
      """
      1
      """
    And there exists a CSV file with URL as $b, with text:
      """
      
      2
      """
    When executing query:
      """
      LOAD CSV FROM $a AS a LOAD CSV FROM $b AS b RETURN *, file() AS file, linenumber() AS line
      """
    Then the result should be, in any order:
      | a     | b     | file            | line |
      | ['1'] | ['2'] | 'file:///b.csv' | 2    |
    And no side effects

  Scenario: A limit ends the reading before what is wrong
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      2
      "3
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row RETURN row LIMIT 1
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat

  Scenario: LOAD, CSV, HEADERS and FIELDTERMINATOR are names elsewhere
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      """
    When executing query:
      """
      LOAD CSV FROM $file AS load WITH load AS csv LET headers = csv[0], fieldterminator = 2 RETURN headers, fieldterminator
      """
    Then the result should be, in any order:
      | headers | fieldterminator |
      | '1'     | 2               |
    And no side effects

  Scenario: The keyword CSV is missing
    Given an empty graph
    When executing query:
      """
      LOAD FROM 'a' AS row RETURN row
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: WITH names no headers
    Given an empty graph
    When executing query:
      """
      LOAD CSV WITH HEADER FROM 'a' AS row RETURN row
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: The variable is missing
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: The variable is not written behind AS
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' AS 1 RETURN 1 AS x
      """
    Then a SyntaxError should be raised at compile time: UnexpectedSyntax

  Scenario: Two characters between fields
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' AS row FIELDTERMINATOR ';;' RETURN row
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario: A quote between fields
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' AS row FIELDTERMINATOR '"' RETURN row
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario: Nothing between fields
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' AS row FIELDTERMINATOR '' RETURN row
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario: A character between fields that is not one byte
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' AS row FIELDTERMINATOR '→' RETURN row
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentValue

  Scenario: A number is no file
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 1 AS row RETURN row
      """
    Then a SyntaxError should be raised at compile time: InvalidArgumentType

  Scenario: Null is no file
    Given an empty graph
    When executing query:
      """
      WITH null AS file LOAD CSV FROM file AS row RETURN row
      """
    Then a TypeError should be raised at runtime: InvalidArgumentType

  Scenario: The variable is there already
    Given an empty graph
    When executing query:
      """
      WITH 1 AS row LOAD CSV FROM 'a' AS row RETURN row
      """
    Then a SyntaxError should be raised at compile time: VariableAlreadyBound

  Scenario: The query must go on behind it
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'a' AS row
      """
    Then a SyntaxError should be raised at compile time: InvalidClauseComposition

  Scenario: A file that is not there
    Given an empty graph
    When executing query:
      """
      LOAD CSV FROM 'file:///no.csv' AS row RETURN row
      """
    Then an ExternalResourceError should be raised at runtime: FileNotReadable

  Scenario: A header that names a column twice
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      a,b,a
      1,2,3
      """
    When executing query:
      """
      LOAD CSV WITH HEADERS FROM $file AS row RETURN row
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat

  Scenario: Text behind a closing quote
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      "a"b
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row RETURN row
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat

  Scenario: What was written before the error is undone
    Given an empty graph
    And there exists a CSV file with URL as $file, with text:
      """
      1
      "2
      """
    When executing query:
      """
      LOAD CSV FROM $file AS row CREATE (:A {x: row[0]})
      """
    Then an ExternalResourceError should be raised at runtime: InvalidFileFormat
    And no side effects

  Scenario: linenumber() takes no argument
    Given an empty graph
    When executing query:
      """
      RETURN linenumber(1) AS line
      """
    Then a SyntaxError should be raised at compile time: InvalidNumberOfArguments
