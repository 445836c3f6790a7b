//! The command beside a process that writes to the same database: it reads the last
//! commit, says that it only reads, and refuses to write.

use dossier::Database;
use std::path::Path;
use std::process::{Command, Output};

fn command(database: &Path, query: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dossier"))
        .arg(database)
        .args(["--mode", "csv", "-c", query])
        .output()
        .expect("the command runs")
}

#[cfg(unix)]
#[test]
fn reads_where_nothing_can_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("talks.dossier");
    Database::open(&file)
        .expect("a new database")
        .query("CREATE (:Talks)")
        .run()
        .expect("a commit");
    let allow = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.path(), permissions).expect("the folder is ours");
    };
    allow(0o555);
    // Whoever may do everything is refused nothing.
    let refused = std::fs::write(folder.path().join("probe"), "").is_err();
    let read = command(&file, "MATCH (t:Talks) RETURN count(t) AS talks");
    let written = command(&file, "CREATE (:Talks)");
    allow(0o755);
    assert_eq!(text(&read.stdout), "talks\n1\n");
    if refused {
        assert!(text(&read.stderr).contains("nothing can be written beside it"));
        assert_eq!(written.status.code(), Some(1));
        assert!(text(&written.stderr).contains("read-only"), "{}", text(&written.stderr));
    }
}

#[cfg(unix)]
#[test]
fn reads_what_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("talks.dossier");
    drop(Database::open(&file).expect("a new database").query("CREATE (:Talks)").run());
    let permissions = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(&file, permissions).expect("the file is ours");
    // Whoever may do everything is refused nothing.
    let refused = std::fs::OpenOptions::new().append(true).open(&file).is_err();
    let read = command(&file, "MATCH (t:Talks) RETURN count(t) AS talks");
    assert_eq!(text(&read.stdout), "talks\n1\n");
    if refused {
        let before = std::fs::read_dir(folder.path()).expect("a folder").count();
        let written = command(&file, "CREATE (:Talks)");
        assert_eq!(written.status.code(), Some(1));
        assert!(text(&written.stderr).contains("it may not be written"), "{written:?}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), before);
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn reads_the_last_commit_and_refuses_to_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("talks.dossier");
    let writer = Database::open(&file).expect("a new database");
    for days in 1..=2 {
        writer.query("CREATE (:Talks {days: $days})").param("days", days).run().expect("a commit");
        let read = command(&file, "MATCH (t:Talks) RETURN max(t.days) AS days");
        assert_eq!(text(&read.stdout), format!("days\n{days}\n"));
        assert!(read.status.success());
        let notice = format!("process {} is writing to it", std::process::id());
        assert!(text(&read.stderr).contains(&notice), "{}", text(&read.stderr));
    }
    let refused = command(&file, "CREATE (:Talks {days: 3})");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("read-only"), "{}", text(&refused.stderr));
    drop(writer);
    let written = command(&file, "CREATE (:Talks {days: 3})");
    assert!(written.status.success(), "{}", text(&written.stderr));
    let read = command(&file, "MATCH (t:Talks) RETURN count(t) AS talks");
    assert_eq!((text(&read.stdout), text(&read.stderr)), ("talks\n3\n", ""));
}
