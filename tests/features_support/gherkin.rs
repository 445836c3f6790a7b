//! A reader of the Gherkin that the openCypher TCK is written in. The `gherkin` crate
//! refuses table cells with escapes other than its own three, which the TCK has.

/// One scenario as it is written.
#[derive(Default)]
pub(crate) struct Scenario {
    /// The name after `Scenario:`.
    pub(crate) name: String,
    /// The steps, those of the background first.
    pub(crate) steps: Vec<Step>,
    /// The rows of all Examples tables, each with the column names.
    pub(crate) examples: Vec<Vec<(String, String)>>,
}

/// One step.
#[derive(Clone, Default)]
pub(crate) struct Step {
    /// The text after the keyword.
    pub(crate) text: String,
    /// The doc string.
    pub(crate) doc: Option<String>,
    /// The table's rows.
    pub(crate) table: Vec<Vec<String>>,
}

/// What the lines under way belong to.
enum Place {
    Outside,
    Background,
    Scenario,
    Examples(Option<Vec<String>>),
}

/// Reads a feature file.
///
/// # Errors
/// The line that makes no sense.
pub(crate) fn parse(text: &str) -> Result<Vec<Scenario>, String> {
    let mut background: Vec<Step> = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut place = Place::Outside;
    let mut lines = text.lines().enumerate();
    while let Some((number, raw)) = lines.next() {
        let line = raw.trim();
        if line.is_empty()
            || line.starts_with('#')
            || line.starts_with('@')
            || line.starts_with("Feature:")
        {
            continue;
        }
        if let Some(name) =
            line.strip_prefix("Scenario Outline:").or(line.strip_prefix("Scenario:"))
        {
            scenarios.push(Scenario {
                name: name.trim().to_owned(),
                steps: background.clone(),
                examples: Vec::new(),
            });
            place = Place::Scenario;
            continue;
        }
        if line.starts_with("Background:") {
            place = Place::Background;
            continue;
        }
        if line.starts_with("Examples:") {
            place = Place::Examples(None);
            continue;
        }
        let scenario = scenarios.last_mut();
        let steps = match (&mut place, scenario) {
            (Place::Background, _) => &mut background,
            (Place::Scenario, Some(scenario)) => &mut scenario.steps,
            (Place::Examples(header), Some(scenario)) if line.starts_with('|') => {
                match header {
                    None => *header = Some(cells(line)),
                    Some(header) => {
                        scenario.examples.push(header.iter().cloned().zip(cells(line)).collect());
                    }
                }
                continue;
            }
            // Free text below `Feature:`.
            (Place::Outside, _) => continue,
            _ => return Err(format!("line {}: `{line}` is not expected here", number + 1)),
        };
        if let Some(text) = step_text(line) {
            steps.push(Step { text: text.to_owned(), ..Step::default() });
            continue;
        }
        let step = steps
            .last_mut()
            .ok_or_else(|| format!("line {}: `{line}` comes before any step", number + 1))?;
        if line.starts_with('|') {
            step.table.push(cells(line));
        } else if line == "\"\"\"" {
            let indent = raw.len() - raw.trim_start().len();
            let body =
                lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "\"\"\"");
            let body: Vec<&str> =
                body.map(|line| line.get(indent..).unwrap_or(line.trim_start())).collect();
            step.doc = Some(body.join("\n"));
        } else {
            return Err(format!("line {}: `{line}` is not expected here", number + 1));
        }
    }
    Ok(scenarios)
}

fn step_text(line: &str) -> Option<&str> {
    ["Given ", "When ", "Then ", "And ", "But ", "* "]
        .into_iter()
        .find_map(|keyword| line.strip_prefix(keyword))
        .map(str::trim)
}

/// The cells of a table row, `\|`, `\\` and `\n` resolved.
fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = line.chars().skip(1).peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('|' | '\\')) => cell.extend(chars.next()),
            ('\\', Some('n')) => {
                chars.next();
                cell.push('\n');
            }
            ('|', _) => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            _ => cell.push(c),
        }
    }
    cells
}
