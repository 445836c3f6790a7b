//! Nodes that are imported a block of columns at a time: what comes of them is what comes of rows
//! that are taken one by one, whatever is wrong with one of them.

use dossier::Database;
use dossier::export::dump;
use dossier::import::{FileAccess, FileError, OpenedFile};
use std::sync::Arc;

/// A file.
#[derive(Clone, Debug)]
struct File(String);

impl FileAccess for File {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let reader = Box::new(std::io::Cursor::new(self.0.clone().into_bytes()));
        Ok(OpenedFile { name: location.into(), length: None, reader })
    }
}

/// What an import of nodes comes to: the graph, and the lines that were passed over.
#[derive(PartialEq)]
struct Imported {
    script: String,
    bad: Vec<(u64, String)>,
}

fn imported(file: &str, files: Arc<dyn FileAccess>, delimiter: u8) -> Imported {
    let database = Database::in_memory();
    database.query("CREATE (:N {id: 'before'})").run().unwrap();
    let mut bad = Vec::new();
    let import = database.import().files(files).delimiter(delimiter);
    let import = import.skip_bad(100_000, |line| bad.push((line.line, line.reason.clone())));
    import.nodes("N:M".parse().unwrap(), [file]).run().unwrap();
    let mut script = Vec::new();
    dump::write(&database.snapshot(), &mut script).unwrap();
    Imported { script: String::from_utf8(script).unwrap(), bad }
}

fn check(one: &Imported, other: &Imported, what: &str) {
    assert_eq!(one.bad, other.bad, "{what}");
    let lines = one.script.lines().zip(other.script.lines());
    if let Some((one, other)) = lines.into_iter().find(|(one, other)| one != other) {
        panic!("{what}: the graphs differ\n{one}\n{other}");
    }
    assert!(one.script == other.script, "{what}: the graphs differ");
}

/// Numbers that look as if they were drawn by lot.
struct Lot(u64);

impl Lot {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }
}

/// Columns with types that are declared, or to be found out, or neither.
const HEADERS: [&str; 4] = [
    "id,name,n,f,b,d,tags,x",
    "id:ID(N),name,n:int,f:float,b:boolean,d:date,tags:string[],:IGNORE",
    "id:int,name:string,n:string,f:string,b:string,d:string,tags:int[],x:string",
    ":ID(N),name,n:int,f:float,b:boolean,d:date,tags:string[],x",
];

/// Fields of rows; most are what their column says.
fn table(seed: u64, rows: usize) -> Vec<Vec<Option<String>>> {
    let mut lot = Lot(seed);
    let text = |text: &str| Some(text.to_owned());
    (0..rows)
        .map(|row| {
            let mut fields = vec![
                Some(row.to_string()),
                match lot.below(9) {
                    0 => None,
                    1 => text("é — a name that is longer than a few bytes"),
                    _ => Some(format!("name {row}")),
                },
                match lot.below(9) {
                    0 => None,
                    1 => text(" 42 "),
                    2 => text("-7"),
                    _ => Some(lot.below(1000).to_string()),
                },
                if row % 4000 > 100 { Some(format!("{}.5", lot.below(90))) } else { None },
                Some((lot.below(2) == 0).to_string()),
                Some(format!("20{:02}-06-11", lot.below(90) + 10)),
                if lot.below(3) == 0 { None } else { Some(format!("{};{row}", lot.below(9))) },
                None,
            ];
            let odd: [(usize, Option<String>); 14] = [
                (0, None),
                (0, Some((row / 2).to_string())),
                (0, text("07")),
                (0, Some(format!("-{row}"))),
                (0, text("before")),
                (0, Some(format!("n{row}"))),
                (1, text("")),
                (2, text("seven")),
                (2, text("9223372036854775808")),
                (3, text("1,5")),
                (4, text("perhaps")),
                (5, text("2025-02-30")),
                (6, text("a;b")),
                (7, text("\"\n")),
            ];
            if let Some((place, field)) = odd.get(lot.below(2000)) {
                fields[*place].clone_from(field);
            }
            fields
        })
        .collect()
}

/// A table as CSV: a field is quoted where it must be, or wherever it can.
fn csv(header: &str, table: &[Vec<Option<String>>], quoted: bool) -> String {
    let mut text = format!("{header}\n");
    for row in table {
        let field = |field: &Option<String>| match field {
            None => String::new(),
            Some(field) if quoted || field.is_empty() || field.contains([',', '"', '\n']) => {
                format!("\"{}\"", field.replace('"', "\"\""))
            }
            Some(field) => field.clone(),
        };
        text += &row.iter().map(field).collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}

#[test]
fn nodes_of_plain_lines_are_taken_as_all_others_are() {
    for (seed, header) in (0..).zip(HEADERS) {
        let table = table(seed, 20_000);
        let [plain, careful] = [false, true]
            .map(|quoted| imported("n.csv", Arc::new(File(csv(header, &table, quoted))), b','));
        assert!(plain.bad.len() > 20, "{header}: {} bad lines", plain.bad.len());
        check(&plain, &careful, header);
    }
    // Where the last line has no end, where lines end otherwise, and where they are too long, too
    // short, or no lines at all.
    for (text, bad) in [
        ("id,a\n1,x\n2,y", 0),
        ("id,a\r\n1,x\r\n\r\n2,\r\n\r\n3,y\r\n", 0),
        ("id,a\r1,x\r2,y\r", 0),
        ("id,a\n1,x\n2\n3,y,z\n4,\n,\n5,\"y\"z\n6,y\n", 4),
        ("id\n1\n\n2\n3\n2\n", 1),
        ("id,\u{e9},e\u{301}\n1,2,3\n2,,4\n3,5,\n", 0),
        ("id\n", 0),
        ("id,a\n1,\u{feff}\n\u{feff}2,3\n", 0),
    ] {
        // With a letter between fields nothing is plain.
        let plain = imported("n.csv", Arc::new(File(text.to_owned())), b',');
        let careful = imported("n.csv", Arc::new(File(text.replace(',', "X"))), b'X');
        assert_eq!(plain.bad.len(), bad, "{text:?}: {:?}", plain.bad);
        check(&plain, &careful, text);
    }
}

#[cfg(feature = "parquet")]
#[test]
fn a_table_of_texts_becomes_the_same_from_both_formats() {
    use dossier::LocalFiles;
    use dossier::value::Value;
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(LocalFiles::within(folder.path()).writable());
    for (seed, header) in (10..).zip(HEADERS) {
        let mut table = table(seed, 20_000);
        // A line break would count as a line.
        table
            .iter_mut()
            .for_each(|row| row[7] = row[7].take().map(|field| field.replace('\n', "")));
        let value = |field: &Option<String>| match field {
            Some(text) => Value::from(text.as_str()),
            None => Value::Null,
        };
        let rows: Vec<Value> = table
            .iter()
            .map(|row| Value::List(Arc::new(row.iter().map(value).collect())))
            .collect();
        let columns: Vec<String> = (header.split(',').enumerate())
            .map(|(place, name)| format!("row[{place}] AS `{name}`"))
            .collect();
        let copy =
            format!("COPY (UNWIND $rows AS row RETURN {}) TO 'n.parquet'", columns.join(", "));
        let database = Database::in_memory();
        let query = database.query(&copy).files(files.clone());
        query.param("rows", Value::List(Arc::new(rows))).run().unwrap();
        let parquet = imported("n.parquet", files.clone(), b',');
        let mut careful = imported("n.csv", Arc::new(File(csv(header, &table, true))), b',');
        // The header is a line, but no row.
        careful.bad.iter_mut().for_each(|(line, _)| *line -= 1);
        assert!(parquet.bad.len() > 20, "{header}: {} bad rows", parquet.bad.len());
        check(&parquet, &careful, header);
        std::fs::remove_file(folder.path().join("n.parquet")).unwrap();
    }
}
