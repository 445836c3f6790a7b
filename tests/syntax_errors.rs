//! Golden tests of syntax errors as a person sees them.
//!
//! `tests/golden/syntax_errors.txt` holds queries and, below `---`, what is shown
//! for them; `=====` ends each. With `DOSSIER_UPDATE_GOLDEN=1` the file is written anew.

use std::fmt::Write as _;
use std::path::Path;

const END: &str = "\n=====\n";
const BETWEEN: &str = "\n---\n";

#[test]
fn errors_are_shown_as_expected() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/syntax_errors.txt");
    let golden = std::fs::read_to_string(&path).expect("the golden file is there");
    let mut actual = String::new();
    for case in golden.split_inclusive(END) {
        let query = case.split_once(BETWEEN).map_or(case.trim_end_matches(END), |(query, _)| query);
        let shown = match dossier::syntax::parse(query) {
            Ok(statement) => format!("accepted: {}", dossier::syntax::print(&statement)),
            Err(diagnostic) => diagnostic.render(query, false),
        };
        write!(actual, "{query}{BETWEEN}{shown}{END}").expect("writing to a string");
    }
    if std::env::var_os("DOSSIER_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).expect("the golden file can be written");
    }
    for (expected, actual) in golden.split(END).zip(actual.split(END)) {
        assert_eq!(expected, actual, "set DOSSIER_UPDATE_GOLDEN=1 to accept what is shown now");
    }
}

#[test]
fn colour_adds_escapes_and_nothing_else() {
    let query = "MTACH (n) RETURN n";
    let diagnostic = dossier::syntax::parse(query).expect_err("a misspelt keyword");
    let coloured = diagnostic.render(query, true);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    for (index, part) in coloured.split('\u{1b}').enumerate() {
        let visible =
            if index == 0 { Some(part) } else { part.split_once('m').map(|(_, visible)| visible) };
        plain.push_str(visible.expect("only colour escapes"));
    }
    assert_eq!(plain, diagnostic.render(query, false));
}
