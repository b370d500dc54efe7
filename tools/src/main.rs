//! The `notebook` command; see `notebook help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    tools::cli::run(std::env::args().skip(1))
}
