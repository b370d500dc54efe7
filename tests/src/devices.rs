//! On which devices a test of kernels runs.

use lesson_lib::device::Device;
use std::{env, fs::OpenOptions, io::Write};

/// The processor, the checked processor, and the first GPU if there is one. With `LESSON_DEVICE`
/// set, that device alone, so that a test can be carried to a machine for its GPU.
///
/// `test` is named where there is no GPU.
///
/// # Panics
/// If `LESSON_DEVICE` asks for a device that is not there.
pub fn devices(test: &str) -> Vec<Device> {
    if env::var_os("LESSON_DEVICE").is_some_and(|name| !name.is_empty()) {
        return vec![Device::best().unwrap()];
    }
    let mut devices = vec![Device::cpu(), Device::checked()];
    match Device::cuda(0) {
        Ok(device) => devices.push(device),
        Err(error) => skip(&format!("{test} on cuda"), &error.to_string()),
    }
    devices
}

/// Notes that a test was left out and why, or a part of it that `test` describes: on standard
/// error, and as a line of the file that `LESSON_TEST_SKIPS` names, which `make test` sums up.
/// The name of a whole test stands alone: `make test` then does not count it as passed.
///
/// # Panics
/// If the file cannot be written.
pub fn skip(test: &str, reason: &str) {
    let reason = reason.replace(['\t', '\n'], " ");
    eprintln!("skipped {test}: {reason}");
    let Some(path) = env::var_os("LESSON_TEST_SKIPS") else { return };
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| writeln!(file, "{test}\t{reason}")).expect("the list of skips");
}
