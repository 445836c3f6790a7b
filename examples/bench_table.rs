//! Makes the table of docs/performance.md from the results of a benchmark run.
//!
//! ```text
//! bench_table RESULTS [PAGE]
//! bench_table growth RESULTS RESULTS_OF_TEN_TIMES_AS_MUCH [PAGE]
//! ```
//!
//! RESULTS holds a JSON file for each system that was measured, Dossier's as `cli.json`;
//! besides, what `bench_peer lookups` has printed as `lookups.json` and a run that loaded Parquet
//! as `parquet.json`, where they are there. The table goes to standard output, or between the two
//! marks of PAGE. The second form compares Dossier with itself. What is not measured is said to be so; nothing is estimated.

use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// The marks in the page between which the table stands.
const MARKS: [&str; 2] = ["<!-- the table of the last run begins -->", "<!-- and ends -->"];

/// Those of the table of growth.
const GROWTH: [&str; 2] = ["<!-- the table of growth begins -->", "<!-- and that ends -->"];

/// With what a figure is compared.
#[derive(Clone, Copy)]
enum Goal {
    /// At most so much of the best of the others.
    OfBest(f64),
    /// At most so much of one of them.
    Of(&'static str, f64),
    /// At most so much.
    Limit(f64),
}

/// Where a figure stands in a peer's results, and in which unit it is shown.
#[derive(Clone, Copy)]
enum Figure {
    /// The milliseconds of a task.
    Task(&'static str),
    /// As a task, for which Dossier's figure is measured through the library; a look-up.
    Look(&'static str),
    /// As that; an insert.
    Insert(&'static str),
    /// At a path of the results: a factor makes it the unit that is shown.
    At(&'static [&'static str], f64, &'static str),
    /// The load from Parquet.
    Parquet,
}
use Figure::{At, Insert, Look, Parquet, Task};
use Goal::{Limit, Of, OfBest};

const ROWS: [(&str, Figure, Goal); 29] = [
    ("q1: most followed", Task("q1"), OfBest(0.1)),
    ("q2: city of the most followed", Task("q2"), OfBest(0.2)),
    ("q3: youngest cities of a country", Task("q3"), OfBest(0.5)),
    ("q4: persons of an age by country", Task("q4"), OfBest(0.5)),
    ("q5: men, London, fine dining", Task("q5"), OfBest(0.5)),
    ("q6: women, tennis, by city", Task("q6"), OfBest(0.5)),
    ("q7: state, age, photography", Task("q7"), OfBest(0.5)),
    ("q8: paths of two hops, counted", Task("q8"), OfBest(0.1)),
    ("q9: the same with filters", Task("q9"), OfBest(0.04)),
    ("paths of three hops, counted", Task("path3"), OfBest(0.4)),
    ("look-up by key", Look("point"), Of("sqlite", 1.0)),
    ("one hop from a person", Look("hop1"), Of("sqlite", 1.0)),
    ("two hops, distinct", Look("hop2"), Of("sqlite", 0.3)),
    ("reachable in three hops", Task("var13"), OfBest(0.5)),
    ("shortest path of a pair", Look("sp"), Of("networkx", 1.0)),
    ("triangles, a tenth of the graph", Task("tri"), OfBest(0.1)),
    ("group by age and gender", Task("agg"), OfBest(0.7)),
    ("scan with filters", Task("scan"), OfBest(0.7)),
    ("first ten by order", Task("topk"), OfBest(0.7)),
    ("PageRank, 20 iterations", Task("pagerank"), OfBest(0.6)),
    ("weakly connected components", Task("wcc"), Of("rustworkx", 1.0)),
    ("bulk load from CSV", At(&["sf1", "load_s"], 1000.0, "ms"), Of("duckdb", 0.8)),
    ("bulk load from Parquet", Parquet, Of("duckdb", 0.8)),
    ("99,000 inserts in one transaction", Insert("ins100k"), Of("sqlite", 0.4)),
    ("1,000 synced inserts", Insert("dur1000"), Of("sqlite", 0.8)),
    ("process start to first answer", At(&["cold", "open_answer_ms"], 1.0, "ms"), Limit(5.0)),
    ("size on disk", At(&["sf1", "bytes"], 1e-6, "MB"), Limit(20.0)),
    ("peak memory while loading", At(&["sf1", "rss_mib"], 1.0, "MiB"), Limit(200.0)),
    ("peak memory while querying", At(&["rss_query_mib"], 1.0, "MiB"), Limit(200.0)),
];

type Results = BTreeMap<String, Value>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let read = |folder: &str| read(Path::new(folder));
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["growth", small, large] => put(&growth(&read(small)?, &read(large)?)?, GROWTH, None),
        ["growth", small, large, page] => {
            put(&growth(&read(small)?, &read(large)?)?, GROWTH, Some(page))
        }
        [folder] => put(&table(&read(folder)?)?, MARKS, None),
        [folder, page] => put(&table(&read(folder)?)?, MARKS, Some(page)),
        _ => Err("expected `bench_table [growth RESULTS] RESULTS [PAGE]`".into()),
    }
}

/// Writes a table to standard output, or between the marks of a page.
fn put(table: &str, [begin, end]: [&str; 2], page: Option<&str>) -> Result<(), Box<dyn Error>> {
    let Some(page) = page else {
        std::io::Write::write_all(&mut std::io::stdout(), table.as_bytes())?;
        return Ok(());
    };
    let text = std::fs::read_to_string(page)?;
    let (before, rest) = text.split_once(begin).ok_or("the page has no mark to begin at")?;
    let (_, after) = rest.split_once(end).ok_or("the page has no mark to end at")?;
    Ok(std::fs::write(page, format!("{before}{begin}\n\n{table}\n{end}{after}"))?)
}

/// By how much each task grows from one run to another of ten times as much.
fn growth(small: &Results, large: &Results) -> Result<String, Box<dyn Error>> {
    let own = |results: &Results| results.get("cli").cloned().ok_or("there is no cli.json");
    let (own_small, own_large) = (own(small)?, own(large)?);
    let mut text =
        String::from("| task | at 1 | at 10 | grows by | goal | |\n|---|--:|--:|--:|---|---|\n");
    for (label, figure, _) in &ROWS {
        let most = match figure {
            Look("sp") => 11.0,
            Look(_) => 1.3,
            Task(_) | Insert(_) | At(["sf1", "load_s"], ..) => 11.0,
            At(..) | Parquet => continue,
        };
        let measured =
            (own_figure(small, &own_small, *figure), own_figure(large, &own_large, *figure));
        let (Some(before), Some(after)) = measured else {
            writeln!(text, "| {label} | | | not measured | ≤ {most}× | |")?;
            continue;
        };
        let (ratio, unit) = (after / before, unit(*figure));
        let verdict = if ratio <= most { "reached" } else { "**not reached**" };
        let (before, after) = (show(before, unit), show(after, unit));
        writeln!(text, "| {label} | {before} | {after} | {ratio:.1}× | ≤ {most}× | {verdict} |")?;
    }
    Ok(text)
}

/// The results by the name of their file.
fn read(folder: &Path) -> Result<Results, Box<dyn Error>> {
    let mut results = Results::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let (Some("json"), Some(name)) = (
            path.extension().and_then(|ending| ending.to_str()),
            path.file_stem().and_then(|name| name.to_str()),
        ) {
            let text = std::fs::read_to_string(&path)?;
            let value = serde_json::from_str(&text)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            results.insert(name.to_owned(), value);
        }
    }
    Ok(results)
}

/// The whole table, with the versions above and the disagreements below.
fn table(results: &Results) -> Result<String, Box<dyn Error>> {
    let own = results.get("cli").ok_or("there is no cli.json among the results")?;
    let peers: BTreeMap<&str, &Value> = results
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, _)| !["cli", "lookups", "parquet"].contains(name))
        .collect();
    let version = |value: &Value| value["sf1"]["version"].as_str().unwrap_or("?").to_owned();
    let versions: Vec<String> =
        peers.iter().map(|(name, value)| format!("{name} {}", version(value))).collect();
    let mut text = format!("Dossier {}, beside {}.\n\n", version(own), versions.join(", "));
    text.push_str(
        "| task | Dossier | the best other | of it | goal | |\n|---|--:|---|--:|---|---|\n",
    );
    for (label, figure, goal) in &ROWS {
        let measured = own_figure(results, own, *figure);
        let (other, bound) = compared(&peers, own, *figure, *goal);
        let shown = measured.map_or("not measured".to_owned(), |value| show(value, unit(*figure)));
        let ratio = match (measured, &other, goal) {
            (_, _, Limit(_)) | (None, ..) | (_, None, _) => String::new(),
            (Some(value), Some((_, best)), _) => format!("{:.2}×", value / best),
        };
        let verdict = match (measured, bound) {
            (Some(value), Some(bound)) if value <= bound => "reached",
            (Some(_), Some(_)) => "**not reached**",
            _ => "",
        };
        let other = other
            .map_or(String::new(), |(name, best)| format!("{name} {}", show(best, unit(*figure))));
        let goal = match goal {
            OfBest(share) => format!("≤ {share}× the best"),
            Of(name, share) => format!("≤ {share}× {name}"),
            Limit(most) => format!("≤ {most} {}", unit(*figure)),
        };
        writeln!(text, "| {label} | {shown} | {other} | {ratio} | {goal} | {verdict} |")?;
    }
    text.push_str(&disagreements(&peers, own));
    Ok(text)
}

fn unit(figure: Figure) -> &'static str {
    match figure {
        At(_, _, unit) => unit,
        Task(_) | Look(_) | Insert(_) | Parquet => "ms",
    }
}

fn show(value: f64, unit: &str) -> String {
    match (unit, value) {
        ("ms", value) if value < 0.1 => format!("{:.1} µs", value * 1000.0),
        ("ms", value) if value < 10.0 => format!("{value:.2} ms"),
        ("ms", value) if value >= 10_000.0 => format!("{:.1} s", value / 1000.0),
        (unit, value) if value < 100.0 => format!("{value:.1} {unit}"),
        (unit, value) => format!("{value:.0} {unit}"),
    }
}

/// A figure of a peer.
fn figure(value: &Value, figure: Figure) -> Option<f64> {
    match figure {
        Task(task) | Look(task) | Insert(task) => value["tasks"][task]["ms"].as_f64(),
        At(path, factor, _) => {
            let found = path.iter().fold(value, |value, key| &value[*key]).as_f64()?;
            (found > 0.0).then_some(found * factor)
        }
        Parquet => value["sf1"]["load_s"].as_f64().map(|seconds| seconds * 1000.0),
    }
}

fn own_figure(results: &Results, own: &Value, wanted: Figure) -> Option<f64> {
    match wanted {
        // The pipe of the benchmark costs more than the look-up or the insert.
        Look(task) | Insert(task) => results.get("lookups").and_then(|found| found[task].as_f64()),
        Parquet => results.get("parquet").and_then(|found| figure(found, Parquet)),
        other => figure(own, other),
    }
}

/// The peer that the figure is compared with and its figure, and what must not be exceeded. A
/// peer counts where it gives the answer that most give, and has synced what it should.
fn compared<'a>(
    peers: &BTreeMap<&'a str, &Value>,
    own: &Value,
    wanted: Figure,
    goal: Goal,
) -> (Option<(&'a str, f64)>, Option<f64>) {
    let counts = |value: &Value| match wanted {
        Insert("dur1000") => value["synced"].as_bool() != Some(false),
        Task(task) | Look(task) | Insert(task) => {
            let agreed = agreed(peers, own, task);
            agreed.is_none() || answer(value, task) == agreed
        }
        _ => true,
    };
    let known = |(name, value): (&&'a str, &&Value)| {
        let found = figure(value, wanted).filter(|_| counts(value))?;
        Some((*name, found))
    };
    let best = || peers.iter().filter_map(known).min_by(|a, b| a.1.total_cmp(&b.1));
    match goal {
        OfBest(share) => {
            let best = best();
            (best, best.map(|(_, value)| value * share))
        }
        Of(name, share) => {
            let found = peers.get_key_value(name).and_then(known);
            (found, found.map(|(_, value)| value * share))
        }
        Limit(most) => (best(), Some(most)),
    }
}

/// What a peer answers, as a hash; of page ranks the first person alone, since not all give ranks.
fn answer(value: &Value, task: &str) -> Option<String> {
    let found = &value["tasks"][task];
    if task == "pagerank" {
        let rows: Value = serde_json::from_str(found["res"].as_str()?).ok()?;
        return Some(rows[0][0].to_string());
    }
    found["hash"].as_str().map(ToOwned::to_owned)
}

/// The answer that most give, Dossier among them.
fn agreed(peers: &BTreeMap<&str, &Value>, own: &Value, task: &str) -> Option<String> {
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    for value in peers.values().copied().chain([own]) {
        if let Some(answer) = answer(value, task) {
            *votes.entry(answer).or_default() += 1;
        }
    }
    votes.into_iter().max_by_key(|(_, votes)| *votes).map(|(answer, _)| answer)
}

/// The tasks in which Dossier answers something else than most.
fn disagreements(peers: &BTreeMap<&str, &Value>, own: &Value) -> String {
    let tasks = ROWS.iter().filter_map(|(_, figure, _)| match figure {
        Task(task) | Look(task) | Insert(task) => Some(*task),
        _ => None,
    });
    let mut text = String::new();
    for task in tasks {
        let (given, most) = (answer(own, task), agreed(peers, own, task));
        let others = peers.values().filter(|value| answer(value, task).is_some()).count();
        if others > 0 && given.is_some() && given != most {
            let _ = writeln!(text, "\n- {task}: Dossier's answer is not that of most others.");
        }
        if let Some(error) = own["tasks"][task]["error"].as_str() {
            let _ = writeln!(text, "\n- {task} failed: {error}");
        }
    }
    text
}
