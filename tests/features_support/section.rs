//! Generated sections of the documentation: what stands between two marks of a page is
//! what the tests found.

use std::path::Path;

/// The text between `<!-- begin NAME -->` and `<!-- end NAME -->` of a page.
fn between<'p>(page: &'p str, name: &str) -> Option<(&'p str, &'p str, &'p str)> {
    let (before, rest) = page.split_once(&format!("<!-- begin {name} -->\n"))?;
    let (inside, after) = rest.split_once(&format!("<!-- end {name} -->"))?;
    Some((before, inside, after))
}

/// The section as it stands.
pub(crate) fn read(page: &Path, name: &str) -> String {
    let text = std::fs::read_to_string(page).unwrap();
    let (_, inside, _) = between(&text, name).expect("the page has the section's marks");
    inside.to_owned()
}

/// Compares a section with what it should say, or rewrites it where `DOSSIER_UPDATE_DOCS`
/// is set.
///
/// # Errors
/// They differ.
pub(crate) fn check(page: &Path, name: &str, wanted: &str) -> Result<(), String> {
    if read(page, name) == wanted {
        return Ok(());
    }
    if std::env::var_os("DOSSIER_UPDATE_DOCS").is_none() {
        return Err(format!(
            "the section `{name}` of {} is not what the tests found; DOSSIER_UPDATE_DOCS=1 rewrites it\n{wanted}",
            page.display()
        ));
    }
    let text = std::fs::read_to_string(page).unwrap();
    let (before, _, after) = between(&text, name).expect("the page has the section's marks");
    let text = format!("{before}<!-- begin {name} -->\n{wanted}<!-- end {name} -->{after}");
    std::fs::write(page, text).map_err(|error| error.to_string())
}
