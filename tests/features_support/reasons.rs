//! What a row rests on, as lines of a table.

use dossier::{Claim, Support, SupportingStatement};

/// `statement | who asserts | who denies | disputed or nothing`, a line for each statement.
pub(crate) fn lines(support: &Support) -> Vec<String> {
    support.statements.iter().map(line).collect()
}

fn line(statement: &SupportingStatement) -> String {
    let who = |denies: bool| {
        let claims = statement.claims.iter().filter(|claim| claim.denies == denies);
        claims.map(party).collect::<Vec<_>>().join(", ")
    };
    let disputed = if statement.disputed { "disputed" } else { "" };
    format!("{} | {} | {} | {disputed}", statement.text, who(false), who(true))
}

/// `Li < media < paper`: who says so, and who reports it.
fn party(claim: &Claim) -> String {
    let chains = claim.chains().into_iter().map(|chain| {
        let steps = chain
            .into_iter()
            .map(|report| format!(" {} {}", if report.denies { "≮" } else { "<" }, report.by.name));
        steps.collect::<String>()
    });
    format!("{}{}", claim.by.name, chains.collect::<Vec<_>>().join(";"))
}
