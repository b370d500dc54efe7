//! A test that runs itself once more, in a process of its own.

use std::{env, process::Command};

/// Names the emulator of `make test-aarch64`, for cargo too. The system in it cannot start a program
/// of its own kind.
const EMULATOR: &str = "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER";

/// This test program, to be started again.
///
/// # Panics
/// If the system does not tell where the program is.
pub fn itself() -> Command {
    let program = env::current_exe().expect("the path of this program").into_os_string();
    let emulator = env::var_os(EMULATOR).into_iter();
    let mut words = emulator.chain([program]);
    let mut command = Command::new(words.next().expect("the program at least"));
    command.args(words);
    command
}
