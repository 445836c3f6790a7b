//! The `dossier` command.

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable)
)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
