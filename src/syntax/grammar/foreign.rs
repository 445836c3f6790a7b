//! Statements that other systems have, and what to do instead.
//!
//! Where there are servers, users and many databases, there are statements about them. Here a
//! database is one graph in one file, so each is refused by what takes its place. Their words
//! are no keywords and stay names everywhere else: they are looked at only where no
//! statement of ours begins.

use crate::syntax::diagnostic::Diagnostic;
use crate::syntax::input::{Parsed, Tokens, fail};
use crate::syntax::keyword::Keyword;
use crate::syntax::token::{Symbol, TokenKind};
use crate::value::ErrorCode;

/// Statements that begin with the same words.
struct Foreign {
    /// Each a way to begin them.
    beginnings: &'static [&'static [&'static str]],
    /// Why there are none.
    message: &'static str,
    /// What to do instead.
    help: &'static str,
}

const DATABASES: Foreign = Foreign {
    beginnings: &[
        &["CREATE", "DATABASE"],
        &["CREATE", "OR", "REPLACE", "DATABASE"],
        &["CREATE", "OR", "REPLACE", "COMPOSITE", "DATABASE"],
        &["CREATE", "OR", "REPLACE", "ALIAS"],
        &["CREATE", "OR", "REPLACE", "GRAPH"],
        &["CREATE", "COMPOSITE", "DATABASE"],
        &["CREATE", "GRAPH"],
        &["CREATE", "PROPERTY", "GRAPH"],
        &["CREATE", "SCHEMA"],
        &["CREATE", "ALIAS"],
        &["DROP", "DATABASE"],
        &["DROP", "COMPOSITE", "DATABASE"],
        &["DROP", "GRAPH"],
        &["DROP", "PROPERTY", "GRAPH"],
        &["DROP", "SCHEMA"],
        &["DROP", "ALIAS"],
        &["ALTER", "DATABASE"],
        &["ALTER", "ALIAS"],
        &["START", "DATABASE"],
        &["STOP", "DATABASE"],
        &["SHOW", "ALIAS"],
        &["SHOW", "ALIASES"],
    ],
    message: "a database is one graph in one file, and is managed as a file",
    help: "open a file that is not there to create it (`dossier FILE`, or `.open FILE` at the \
           prompt), and delete the file to drop it",
};

const FOREIGN: &[Foreign] = &[
    DATABASES,
    Foreign {
        beginnings: &[&["USE"]],
        message: "a database is one graph, so none is to be chosen",
        help: "leave out `USE …`; another database is another file, which `.open FILE` opens at \
               the prompt",
    },
    Foreign {
        beginnings: &[&["AT"]],
        message: "there are no schemas to choose from",
        help: "leave out `AT …`: names belong to the one graph of the database",
    },
    Foreign {
        beginnings: &[
            &["CREATE", "USER"],
            &["CREATE", "OR", "REPLACE", "USER"],
            &["CREATE", "OR", "REPLACE", "ROLE"],
            &["CREATE", "ROLE"],
            &["CREATE", "IMMUTABLE", "ROLE"],
            &["CREATE", "AUTH"],
            &["DROP", "USER"],
            &["DROP", "ROLE"],
            &["DROP", "AUTH"],
            &["ALTER", "USER"],
            &["ALTER", "CURRENT", "USER"],
            &["ALTER", "AUTH"],
            &["RENAME", "USER"],
            &["RENAME", "ROLE"],
            &["GRANT"],
            &["DENY"],
            &["REVOKE"],
            &["SHOW", "USER", "PRIVILEGES"],
            &["SHOW", "USERS"],
            &["SHOW", "CURRENT", "USER"],
            &["SHOW", "ROLE"],
            &["SHOW", "ROLES"],
            &["SHOW", "POPULATED", "ROLES"],
            &["SHOW", "PRIVILEGE"],
            &["SHOW", "PRIVILEGES"],
            &["SHOW", "SUPPORTED", "PRIVILEGES"],
            &["SHOW", "AUTH"],
        ],
        message: "there are no users and no roles",
        help: "whoever may read or write the file may read or write the database; the author of \
               a commit is given with it, and `ACCORDING TO` shows the graph as somebody sees it",
    },
    Foreign {
        beginnings: &[
            &["ENABLE", "SERVER"],
            &["ALTER", "SERVER"],
            &["RENAME", "SERVER"],
            &["DROP", "SERVER"],
            &["DEALLOCATE"],
            &["REALLOCATE"],
            &["DRYRUN"],
            &["SHOW", "SERVER"],
            &["SHOW", "SERVERS"],
        ],
        message: "there is no server: a database is read and written by the process that opens it",
        help: "copy the file to have it elsewhere; any number of processes may read it",
    },
    Foreign {
        beginnings: &[&["SHOW", "SETTING"], &["SHOW", "SETTINGS"]],
        message: "a database has no settings of its own",
        help: "limits are those of a query: `.timeout`, `.memory` and `.rows` at the prompt, and \
               methods of a query in the library",
    },
    Foreign {
        beginnings: &[
            &["SHOW", "TRANSACTION"],
            &["SHOW", "TRANSACTIONS"],
            &["TERMINATE", "TRANSACTION"],
            &["TERMINATE", "TRANSACTIONS"],
        ],
        message: "the transactions of other processes cannot be seen",
        help: "Ctrl-C ends the statement that runs at the prompt, and an interrupt handle of the \
               library one that runs in a thread",
    },
    Foreign {
        beginnings: &[&["USING", "PERIODIC", "COMMIT"]],
        message: "a statement is one transaction, whatever its size",
        help: "leave out `USING PERIODIC COMMIT`; very large files are loaded by `dossier import`",
    },
    Foreign {
        beginnings: &[&["BEGIN"], &["START", "TRANSACTION"], &["COMMIT"], &["ROLLBACK"]],
        message: "a transaction is no statement of the language",
        help: "write `.begin`, `.commit` or `.rollback` at the prompt or in a script; in the \
               library, `begin()` gives a transaction",
    },
    Foreign {
        beginnings: &[
            &["CREATE", "TABLE"],
            &["CREATE", "NODE", "TABLE"],
            &["CREATE", "REL", "TABLE"],
            &["DROP", "TABLE"],
            &["ALTER", "TABLE"],
            &["SHOW", "TABLES"],
            &["DESCRIBE"],
        ],
        message: "a graph has no tables, and its labels and types need no declaration",
        help: "write `CREATE (:Label {key: value})`; `CREATE CONSTRAINT …` and `CREATE EDGE TYPE …` \
               say what must hold, and `.schema` at the prompt shows what there is",
    },
    Foreign {
        beginnings: &[&["INSERT", "INTO"]],
        message: "there are no tables to insert into",
        help: "write `CREATE (:Label {key: value})`",
    },
    Foreign {
        beginnings: &[&["DELETE", "FROM"]],
        message: "there are no tables to delete from",
        help: "write `MATCH (n:Label) WHERE … DELETE n`",
    },
    Foreign {
        beginnings: &[&["CREATE", "UNIQUE", "INDEX"]],
        message: "what is unique is said by a constraint, which has its own index",
        help: "write `CREATE CONSTRAINT FOR (n:Label) REQUIRE n.key IS UNIQUE`",
    },
    Foreign {
        beginnings: &[&["HELP"], &["EXIT"], &["QUIT"]],
        message: "commands begin with a point",
        help: "write `.help` or `.quit` at the prompt or in a script",
    },
    Foreign {
        beginnings: &[&["SESSION"]],
        message: "there are no sessions in the language",
        help: "write `.param set NAME VALUE` at the prompt, and `.param clear` to take all back",
    },
];

/// Commands of another client, which begin with a colon.
const CLIENT_COMMANDS: &[(&str, &str)] = &[
    ("PARAM", "write `.param set NAME VALUE`"),
    ("PARAMS", "write `.param` to see the parameters"),
    ("USE", "write `.open FILE` for another database"),
    ("BEGIN", "write `.begin`"),
    ("COMMIT", "write `.commit`"),
    ("ROLLBACK", "write `.rollback`"),
    ("HELP", "write `.help`"),
    ("EXIT", "write `.quit`"),
    ("QUIT", "write `.quit`"),
    ("SOURCE", "write `.read FILE`"),
    ("SCHEMA", "write `.schema`"),
];

/// Refuses a statement of another system, if one begins here.
pub(super) fn refuse(input: Tokens<'_>) -> Option<Diagnostic> {
    if input.at_symbol(Symbol::Colon) {
        let word = input.advance(1).text().to_uppercase();
        let (_, help) = CLIENT_COMMANDS.iter().find(|(command, _)| *command == word)?;
        let message = "commands at the prompt begin with a point";
        return Some(refusal(input, 2, message, help));
    }
    // `CREATE database = (a)-->(b)` creates a path.
    let creates = input.at_keyword(Keyword::Create) || input.at_word("INSERT");
    if creates && input.peek_at(2) == TokenKind::Symbol(Symbol::Equal) {
        return None;
    }
    FOREIGN.iter().find_map(|foreign| {
        let stands = |words: &&&[&str]| {
            (0..).zip(words.iter()).all(|(at, word)| input.advance(at).at_word(word))
        };
        let words = foreign.beginnings.iter().find(stands)?;
        Some(refusal(input, words.len() as u32, foreign.message, foreign.help))
    })
}

fn refusal(input: Tokens<'_>, words: u32, message: &str, help: &str) -> Diagnostic {
    let span = input.span_to(input.advance(words));
    Diagnostic::syntax(ErrorCode::UnsupportedStatement, message, span).with_help(help)
}

/// `CYPHER 5 planner=cost …` before a statement, if it stands here: which version of the
/// language it is written in, and what a server is to do with it. This is one language, which
/// has what both versions have, and the rest makes no difference.
pub(super) fn dialect(input: Tokens<'_>) -> Parsed<'_, ()> {
    if !input.at_word("CYPHER") {
        return Ok((input, ()));
    }
    let mut rest = input.advance(1);
    if matches!(rest.peek(), TokenKind::Integer | TokenKind::Float) {
        if !["5", "25"].contains(&rest.text()) {
            let message = format!("there is no version {} of the language here", rest.text());
            let diagnostic =
                Diagnostic::syntax(ErrorCode::UnsupportedStatement, message, rest.span())
                    .with_help("leave `CYPHER …` out, or write `CYPHER 5` or `CYPHER 25`");
            return Err(fail(diagnostic));
        }
        rest = rest.advance(1);
    }
    while rest.peek().is_word() && rest.peek_at(1) == TokenKind::Symbol(Symbol::Equal) {
        rest = rest.advance(3);
    }
    Ok((rest, ()))
}

#[cfg(test)]
mod tests {
    use crate::syntax::{parse, parse_all, print};
    use crate::value::ErrorCode;

    #[test]
    fn a_statement_of_another_system_is_refused_with_what_to_do_instead() {
        for text in [
            "CREATE DATABASE x",
            "create or replace user x",
            "DROP ROLE x",
            "USE x MATCH (n) RETURN n",
            "SHOW USERS",
            "SHOW CURRENT USER",
            "GRANT ROLE x TO y",
            "ALTER USER x SET PASSWORD 'y'",
            "USING PERIODIC COMMIT 500 LOAD CSV FROM 'x' AS r CREATE (n)",
            ":param x => 1",
            "COMMIT",
            "START TRANSACTION",
            "SESSION SET VALUE $x = 1",
            "TERMINATE TRANSACTION 'x'",
            "CYPHER 3.5 MATCH (n) RETURN n",
            "EXPLAIN CREATE DATABASE x",
            "CREATE NODE TABLE Person (id INT64, PRIMARY KEY (id))",
            "DROP TABLE t",
            "SHOW TABLES",
            "exit",
            "INSERT INTO t VALUES (1)",
            "DELETE FROM t",
            "CREATE UNIQUE INDEX i ON t (a)",
        ] {
            let errors = parse_all(text).expect_err(text);
            let codes: Vec<_> = errors.iter().map(|error| error.code).collect();
            assert_eq!(codes, [ErrorCode::UnsupportedStatement], "{text}");
            assert!(errors.iter().all(|error| error.help.is_some()), "{text}");
        }
    }

    #[test]
    fn their_words_stay_names() {
        for text in [
            "CREATE database = (user)-[role:USE]->(grant)",
            "MATCH (use:User) SET use.session = 1, use.start = 2",
            "LET alter = 1 RETURN alter AS deny",
            "CREATE table = (a)-[:R]->(b)",
            "INSERT into = (a)-[:R]->(b)",
            "MATCH (from) DELETE from",
            "MATCH (help)-[exit:QUIT]->(describe) RETURN help, exit, describe",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_dialect_makes_no_difference() {
        for text in [
            "CYPHER RETURN 1",
            "CYPHER 5 RETURN 1",
            "cypher 25 planner=cost runtime = slotted RETURN 1",
        ] {
            assert_eq!(print(&parse(text).expect(text)), "RETURN 1", "{text}");
        }
        assert_eq!(print(&parse("CYPHER 5 EXPLAIN RETURN 1").expect("a plan")), "EXPLAIN RETURN 1");
    }
}
