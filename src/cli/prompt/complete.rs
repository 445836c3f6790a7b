//! Finishes words from the language, the open graph and the file system.

use super::context::{self, Wanted};
use super::values::Values;
use super::words::{self, Next};
use crate::cli::commands::{self, Argument};
use crate::cli::render::Mode;
use crate::cli::saved::locate;
use crate::cli::shell::Shell;
use crate::cli::{catalogue, tokens};
use dossier::store::Graph;
use dossier::syntax::{KEYWORDS, TokenKind};
use dossier::value::display::identifier;
use rustyline::completion::{FilenameCompleter, Pair};
use std::path::PathBuf;
use std::sync::Arc;

/// So many candidates are shown at most.
const MOST: usize = 400;

/// What is known at the prompt: the graph as last committed, and names.
#[derive(Default)]
pub(crate) struct Knowledge {
    graph: Option<Arc<Graph>>,
    values: Values,
    parameters: Vec<String>,
    database: Option<PathBuf>,
    bundled: bool,
}

impl Knowledge {
    /// Takes over the state of the shell.
    pub(super) fn refresh(&mut self, shell: &Shell) {
        let graph = shell.session.snapshot();
        if !self.graph.as_ref().is_some_and(|known| Arc::ptr_eq(known, &graph)) {
            self.values.clear();
        }
        self.graph = Some(graph);
        self.parameters = shell.parameters.keys().map(ToString::to_string).collect();
        self.database = shell.session.path().map(PathBuf::from);
        self.bundled = shell.bundled;
    }

    fn names(&self, of: impl Fn(&Graph) -> Vec<Arc<str>>) -> Vec<String> {
        self.graph
            .as_ref()
            .map(|graph| of(graph).iter().map(ToString::to_string).collect())
            .unwrap_or_default()
    }

    fn labels(&self) -> Vec<String> {
        self.names(|graph| catalogue::labels(graph).into_iter().map(|(name, _)| name).collect())
    }

    fn types(&self) -> Vec<String> {
        self.names(|graph| catalogue::types(graph).into_iter().map(|(name, _)| name).collect())
    }

    fn labels_and_types(&self) -> Vec<String> {
        let mut names = self.labels();
        names.extend(self.types());
        names
    }

    fn keys(&self) -> Vec<String> {
        self.names(catalogue::keys)
    }

    fn queries(&self) -> Vec<String> {
        locate::names(self.database.as_deref(), self.bundled)
    }
}

/// The candidates at the cursor and where the word they replace begins.
pub(super) fn complete(knowledge: &Knowledge, line: &str, pos: usize) -> (usize, Vec<Pair>) {
    let Some(before) = line.get(..pos) else {
        return (pos, Vec::new());
    };
    let (start, mut found) =
        if before.trim_start().starts_with('.') && !before.trim_start().contains('\n') {
            command(knowledge, before)
        } else {
            query(knowledge, before, line.get(pos..).unwrap_or_default())
        };
    found.truncate(MOST);
    (start, found)
}

fn pair(display: &str, replacement: impl Into<String>) -> Pair {
    Pair { display: display.to_owned(), replacement: replacement.into() }
}

/// Names that begin with what is typed; where none does, those that contain it.
fn matching(names: impl IntoIterator<Item = String>, typed: &str) -> Vec<String> {
    let wanted = typed.to_lowercase();
    let mut names: Vec<String> =
        names.into_iter().filter(|name| name.to_lowercase().contains(&wanted)).collect();
    if names.iter().any(|name| name.to_lowercase().starts_with(&wanted)) {
        names.retain(|name| name.to_lowercase().starts_with(&wanted));
    }
    names
}

fn query(knowledge: &Knowledge, before: &str, behind: &str) -> (usize, Vec<Pair>) {
    let (start, wanted) = context::wanted(before);
    let typed = before.get(start..).unwrap_or_default();
    let named = |names: Vec<String>| {
        let typed = typed.trim_matches('`');
        matching(names, typed).iter().map(|name| pair(name, identifier(name))).collect()
    };
    let found = match wanted {
        Wanted::Nothing => Vec::new(),
        Wanted::Label => named(knowledge.labels()),
        Wanted::RelationshipType => named(knowledge.types()),
        Wanted::LabelOrType => named(knowledge.labels_and_types()),
        Wanted::Key => named(knowledge.keys()),
        Wanted::File => return files(before),
        Wanted::Parameter => named(knowledge.parameters.clone()),
        Wanted::Procedure => procedures(typed),
        Wanted::Setting => settings(typed, behind),
        Wanted::SettingValue(name) => setting_values(&name, typed),
        Wanted::Text { key, quote } => text(knowledge, typed, key.as_deref(), quote, behind),
        Wanted::Word { keys } => match words::next(before, typed) {
            Some(Next::Thing) | None => word(knowledge, before, typed, keys),
            Some(Next::LabelOrType) => named(knowledge.labels_and_types()),
            Some(Next::EdgeType) => named(knowledge.names(|graph| {
                let types = graph.edge_types().iter();
                types.map(|one| graph.catalog().type_name(one.kind).clone()).collect()
            })),
            Some(Next::Index) => named(knowledge.names(|graph| {
                let owned = |name: &str| graph.constraints().iter().any(|one| &*one.name == name);
                let names = graph.indexes().iter().map(|one| one.name().clone());
                names.filter(|name| !owned(name)).collect()
            })),
            Some(Next::Constraint) => {
                named(knowledge.names(|graph| {
                    graph.constraints().iter().map(|one| one.name.clone()).collect()
                }))
            }
            Some(Next::Contradiction) => named(knowledge.names(|graph| {
                graph.contradictions().iter().map(|one| one.name.clone()).collect()
            })),
        },
    };
    (start, found)
}

/// Procedures, with the bracket behind their name.
fn procedures(typed: &str) -> Vec<Pair> {
    let names = dossier::procedure::BUILTINS.iter().map(|one| one.name.to_owned());
    matching(names, typed).iter().map(|name| pair(name, format!("{name}()"))).collect()
}

/// Settings, with the sign behind their name.
fn settings(typed: &str, behind: &str) -> Vec<Pair> {
    let names = dossier::database::settings().into_iter().map(|setting| setting.name);
    let sign = if behind.trim_start().starts_with('=') { "" } else { " = " };
    matching(names, typed).iter().map(|name| pair(name, format!("{name}{sign}"))).collect()
}

/// What a setting may be set to.
fn setting_values(name: &str, typed: &str) -> Vec<Pair> {
    let settings = dossier::database::settings();
    let setting = settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(name));
    let values = setting.map(|setting| setting.values).unwrap_or_default();
    let values = values.iter().map(|value| (*value).to_owned());
    matching(values, typed).iter().map(|value| pair(value, value.as_str())).collect()
}

/// Values of naming properties, with their closing quote.
fn text(
    knowledge: &Knowledge,
    typed: &str,
    key: Option<&str>,
    quote: char,
    behind: &str,
) -> Vec<Pair> {
    let Some(graph) = &knowledge.graph else {
        return Vec::new();
    };
    let known = key.filter(|key| graph.catalog().key_id(key).is_some());
    let values = knowledge.values.of(graph, known);
    let close = if behind.starts_with(quote) { String::new() } else { quote.to_string() };
    let wanted = typed.replace('\\', "").to_lowercase();
    let begins = |value: &&Arc<str>| value.to_lowercase().starts_with(&wanted);
    let contains = |value: &&Arc<str>| value.to_lowercase().contains(&wanted);
    let mut found: Vec<&Arc<str>> = values.iter().filter(begins).take(MOST).collect();
    if found.is_empty() && wanted.chars().count() >= 2 {
        found = values.iter().filter(contains).take(MOST).collect();
    }
    found
        .into_iter()
        .map(|value| {
            pair(value, value.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")) + &close)
        })
        .collect()
}

/// Keywords, functions and the variables of the statement.
fn word(knowledge: &Knowledge, before: &str, typed: &str, keys: bool) -> Vec<Pair> {
    if typed.is_empty() && !keys {
        let wanted = words::next(before, typed) == Some(Next::Thing);
        let phrases = if wanted { words::candidates(before, typed) } else { Vec::new() };
        return phrases.iter().map(|phrase| pair(phrase, format!("{phrase} "))).collect();
    }
    let mut found: Vec<Pair> = Vec::new();
    if keys {
        let names = matching(knowledge.keys(), typed);
        found.extend(names.iter().map(|name| pair(name, format!("{}: ", identifier(name)))));
        if typed.is_empty() {
            return found;
        }
    }
    let lower = typed.to_lowercase();
    for name in variables(before, typed) {
        if name.to_lowercase().starts_with(&lower) {
            found.push(pair(&name, name.as_str()));
        }
    }
    for keyword in KEYWORDS {
        if keyword.to_lowercase().starts_with(&lower) {
            found.push(pair(keyword, format!("{keyword} ")));
        }
    }
    for phrase in words::candidates(before, typed) {
        found.push(pair(&phrase, format!("{phrase} ")));
    }
    let mut functions: Vec<&str> = dossier::function::catalogue()
        .into_iter()
        .map(|function| function.name)
        .filter(|name| name.to_lowercase().starts_with(&lower))
        .collect();
    functions.sort_unstable();
    functions.dedup();
    found.extend(functions.into_iter().map(|name| pair(&format!("{name}()"), format!("{name}("))));
    let mut seen = Vec::new();
    found.retain(|candidate| {
        let new = !seen.contains(&candidate.replacement);
        seen.push(candidate.replacement.clone());
        new
    });
    found
}

/// Names that the text uses without a dot, a colon or a bracket making them something else.
fn variables(before: &str, typed: &str) -> Vec<String> {
    use dossier::syntax::Symbol;
    let tokens = tokens::meaningful(before);
    let mut names: Vec<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| token.kind);
        let next = tokens.get(at + 1).map(|token| token.kind);
        let is_variable = token.kind == TokenKind::Name
            && !matches!(
                previous,
                Some(TokenKind::Symbol(
                    Symbol::Dot | Symbol::Colon | Symbol::Bar | Symbol::Ampersand
                ))
            )
            && next != Some(TokenKind::Symbol(Symbol::LeftParen));
        let name = token.text(before);
        let is_this = token.span.end as usize == before.len() && name == typed;
        if is_variable && !is_this && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Dot commands and what follows them.
fn command(knowledge: &Knowledge, before: &str) -> (usize, Vec<Pair>) {
    let indent = before.len() - before.trim_start().len();
    let line = &before[indent..];
    let Some(blank) = line.find(char::is_whitespace) else {
        let names = matching(commands::names().map(str::to_owned), &line[1..]);
        return (
            indent + 1,
            names.iter().map(|name| pair(&format!(".{name}"), format!("{name} "))).collect(),
        );
    };
    let word_start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let typed = &before[word_start..];
    let earlier = before[indent + blank..word_start].split_whitespace().count();
    let Some(command) = commands::find(&line[1..blank]) else {
        return (before.len(), Vec::new());
    };
    let simple = |names: Vec<String>| {
        (
            word_start,
            matching(names, typed).iter().map(|name| pair(name, format!("{name} "))).collect(),
        )
    };
    match command.argument {
        Argument::File => files(before),
        Argument::Mode if earlier == 0 => {
            simple(Mode::ALL.iter().map(|(_, name)| (*name).to_owned()).collect())
        }
        Argument::Switch if earlier == 0 => simple(vec!["on".to_owned(), "off".to_owned()]),
        Argument::Command if earlier == 0 => simple(commands::names().map(str::to_owned).collect()),
        Argument::LabelOrType if earlier == 0 => simple(knowledge.labels_and_types()),
        Argument::Parameter if earlier == 0 => {
            simple(["set", "list", "clear"].map(str::to_owned).to_vec())
        }
        Argument::Parameter if earlier == 1 => simple(knowledge.parameters.clone()),
        Argument::Query if earlier == 0 => simple(knowledge.queries()),
        Argument::Query => {
            let name = line[blank..].split_whitespace().next().unwrap_or_default();
            let query = locate::find(name, knowledge.database.as_deref(), knowledge.bundled);
            let flags = query.map(|query| {
                query.header.parameters.iter().map(|p| format!("--{}", p.name)).collect()
            });
            simple(flags.unwrap_or_default())
        }
        _ => (before.len(), Vec::new()),
    }
}

fn files(before: &str) -> (usize, Vec<Pair>) {
    FilenameCompleter::new()
        .complete_path(before, before.len())
        .unwrap_or((before.len(), Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dossier::store::Writer;
    use dossier::value::{Endpoint, Value};

    fn knowledge() -> Knowledge {
        let mut writer = Writer::new(Arc::new(Graph::new()));
        let mut node = |label: &str, key: &str, text: &str| {
            writer
                .create_node([label], [(key, Value::String(text.into()))])
                .map(Endpoint::Node)
                .expect("a node")
        };
        let li = node("Person", "name", "He Lifeng");
        let deal = node("Agreement", "title", "Geneva \"consensus\"");
        node("Press Agency", "name", "He's late");
        writer.create_relationship::<&str>("SIGNED", li, deal, []).expect("a relationship");
        let graph = Some(writer.finish().0);
        Knowledge { graph, parameters: vec!["claimant".to_owned()], ..Knowledge::default() }
    }

    /// What Tab makes of a line that has one way to go on; `|` is the cursor.
    fn tab(line: &str) -> Vec<String> {
        let pos = line.find('|').unwrap_or(line.len());
        let line = line.replace('|', "");
        let (start, found) = complete(&knowledge(), &line, pos);
        found
            .iter()
            .map(|pair| format!("{}{}{}", &line[..start], pair.replacement, &line[pos..]))
            .collect()
    }

    #[test]
    fn words_are_finished_from_the_graph() {
        for (line, expected) in [
            ("MATCH (n:Per", "MATCH (n:Person"),
            ("MATCH (n:pre", "MATCH (n:`Press Agency`"),
            ("MATCH ()-[:si", "MATCH ()-[:SIGNED"),
            ("MATCH (n) RETURN n.ti", "MATCH (n) RETURN n.title"),
            ("MATCH (n {na", "MATCH (n {name: "),
            ("RETURN $cl", "RETURN $claimant"),
            ("MATCH (n) RETU", "MATCH (n) RETURN "),
            ("MATCH (person) RETURN per", "MATCH (person) RETURN person"),
            ("MATCH (n:Per|) RETURN n", "MATCH (n:Person) RETURN n"),
            ("CALL db.la", "CALL db.labels()"),
            ("MATCH (n) CALL dbms.pro", "MATCH (n) CALL dbms.procedures()"),
            ("CALL db.schema.vis", "CALL db.schema.visualization()"),
            ("SHOW IND", "SHOW INDEXES "),
            ("RETURN 1; SHOW EDGE", "RETURN 1; SHOW EDGE TYPES "),
            ("DROP con", "DROP CONSTRAINT "),
            ("CREATE INDEX i IF", "CREATE INDEX i IF NOT EXISTS "),
            ("CREATE CONSTRAINT FOR (n:Person) REQ", "CREATE CONSTRAINT FOR (n:Person) REQUIRE "),
            ("SHO", "SHOW "),
            ("SHOW ", "SHOW INDEXES "),
            ("DROP ", "DROP CONSTRAINT "),
            ("COPY pre", "COPY `Press Agency`"),
            ("COPY ", "COPY SIGNED"),
            ("LOAD CSV FROM 'Cargo.t", "LOAD CSV FROM 'Cargo.toml"),
            (".schema per", ".schema Person "),
            ("WH", "WHY "),
            ("EXPLAIN WHY UND", "EXPLAIN WHY UNDISPUTED "),
            ("strict", "STRICTLY ACCORDING TO "),
        ] {
            let found = tab(line);
            assert!(found.contains(&expected.to_owned()), "{line}: {found:?}");
        }
        assert_eq!(tab("SET optimiser.zone"), ["SET optimiser.zone_maps = "]);
        assert_eq!(tab("SET zone"), ["SET optimiser.zone_maps = "]);
        assert_eq!(tab("SET zone| = on"), ["SET optimiser.zone_maps = on"]);
        assert_eq!(
            tab("SET optimiser.zone_maps = "),
            ["on", "off"].map(|value| { format!("SET optimiser.zone_maps = {value}") })
        );
        assert_eq!(tab("set Optimiser.zone_maps = of"), ["set Optimiser.zone_maps = off"]);
        assert_eq!(tab("SET optimiser.no_rule = o"), [""; 0]);
        assert_eq!(tab("SET optimiser.").len(), dossier::database::settings().len());
        assert_eq!(tab(".sch"), [".schema "]);
        assert_eq!(tab(".mode js"), [".mode json ", ".mode jsonl "]);
    }

    #[test]
    fn names_are_finished_inside_quotes() {
        assert_eq!(tab("MATCH (n {name: 'He Lif"), ["MATCH (n {name: 'He Lifeng'"]);
        assert_eq!(tab("MATCH (n {name: 'lifeng|'})"), ["MATCH (n {name: 'He Lifeng'})"]);
        assert_eq!(tab("MATCH (n {name: 'he\\'"), ["MATCH (n {name: 'He\\'s late'"]);
        assert_eq!(tab("RETURN \"gen"), ["RETURN \"Geneva \\\"consensus\\\"\""]);
    }

    #[test]
    fn any_text_is_completed_without_harm() {
        for line in
            ["", ".", "'", "é", "{", "(:", "RETURN 1.", "$", "`", ". ", ".run ", ".read x", "\n.x"]
        {
            for pos in 0..=line.len() {
                complete(&knowledge(), line, pos);
            }
        }
    }
}
