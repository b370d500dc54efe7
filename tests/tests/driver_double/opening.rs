//! A GPU that cannot be opened: the error says what to do, and nothing is left behind.

use driver_double::{Double, documented};
use lesson_lib::device::Device;
use std::collections::BTreeMap;

use super::scenario::{scenario, scenario_without};

/// The driver's functions that opening a GPU calls, in order, with how often.
fn calls_of_opening(double: &Double) -> BTreeMap<String, usize> {
    let mut calls = double.report().calls;
    calls.retain(|name, _| name.starts_with("cu") && !name.starts_with("cuGetError"));
    calls
}

/// What opening the GPU says when it fails, as it must.
fn problem() -> String {
    Device::cuda(0).map(|device| panic!("{device} opens")).unwrap_err().to_string()
}

#[test]
fn a_missing_gpu_is_named() {
    scenario(|double| {
        double.answer("cuInit", 0, 100);
        assert!(problem().contains("it finds no GPU"));
        let problem = Device::cuda(1).map(drop).unwrap_err().to_string();
        assert_eq!(problem, "cannot open the CUDA device 1: there is 1 GPU, and its number is 0");
        assert!(Device::cuda(0).is_ok(), "it is looked for again");
    });
}

#[test]
fn an_old_driver_is_named() {
    scenario(|double| {
        for code in [35, 36] {
            double.answer("cuInit", 0, code);
            assert!(problem().contains("install a newer NVIDIA driver"), "{code}");
        }
    });
}

#[test]
fn a_code_without_a_name_is_shown_by_its_number() {
    scenario(|double| {
        double.answer("cuStreamCreate", 0, 4711);
        let problem = problem();
        assert!(problem.contains("error 4711, for which this driver has no name"), "{problem}");
    });
}

#[test]
fn a_driver_without_a_function_is_too_old() {
    scenario_without(&["cuMemAllocAsync"], |_| {
        let problem = problem();
        assert!(problem.contains("cuMemAllocAsync") && problem.contains("newer NVIDIA driver"));
    });
}

#[test]
fn every_failure_of_every_call_is_told_and_leaves_nothing() {
    scenario(|double| {
        // The first call of a process opens NVRTC, too.
        double.answer("cuMemPoolSetAttribute", 0, 1);
        problem();
        let before = calls_of_opening(double);
        double.answer("cuMemPoolSetAttribute", 0, 1);
        problem();
        let after = calls_of_opening(double);
        for (function, count) in &after {
            let count = count - before.get(function).unwrap_or(&0);
            for nth in 0..count {
                for (code, name) in documented() {
                    fails_cleanly(double, function, nth, code, name);
                }
            }
        }
        assert!(double.report().calls["cuInit"] > 1000);
    });
}

/// What is called to take something back, or tells something that opening can do without.
const SILENT: [&str; 6] = [
    "cuDriverGetVersion",
    "cuEventDestroy_v2",
    "cuMemFreeHost",
    "cuStreamDestroy_v2",
    "cuDevicePrimaryCtxRelease_v2",
    "cuCtxSetCurrent",
];

fn fails_cleanly(double: &Double, function: &str, nth: usize, code: u32, name: &str) {
    if SILENT.contains(&function) || driver_double::is_sticky(code) {
        return;
    }
    double.answer(function, nth, code);
    let problem = problem();
    assert_eq!(double.take_back_answers(), 0, "{function} was not called so often");
    let is_told = problem.contains(name) && problem.contains(&format!("{code}): "));
    assert!(is_told, "{function} answers {name}: {problem}");
    let alive = double.report().alive;
    assert!(alive.is_empty(), "{function} answers {name}: {alive:?}");
}
