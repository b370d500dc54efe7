//! Every kernel through NVIDIA's compiler, without a GPU; what each takes is `docs/results/kernels.md`.

use lesson_lib::device::Source;
use lesson_lib::device::nvrtc::{self, CompileReport};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tests::devices::skip;

/// The oldest architecture that NVIDIA still compiles for, and the one that the course measures on.
const ARCHITECTURES: [&str; 2] = ["sm_75", "sm_90"];

fn course() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The sources in `kernels/`, by name.
fn sources() -> Vec<PathBuf> {
    let entries = fs::read_dir(course().join("kernels")).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "cu")).collect();
    files.sort();
    files
}

fn reports() -> Vec<CompileReport> {
    let mut reports = Vec::new();
    for path in sources() {
        let source = Source::file(&path).unwrap();
        for architecture in ARCHITECTURES {
            let report = nvrtc::compile_check(&source, architecture);
            let report = report.unwrap_or_else(|error| panic!("{architecture}: {error}"));
            assert!(!report.kernels.is_empty(), "{} has no kernel", source.name());
            assert_eq!(report.warnings, "", "{} for {architecture}", source.name());
            reports.push(report);
        }
    }
    reports
}

fn page(reports: &[CompileReport]) -> String {
    let version = nvrtc::version().unwrap();
    let mut text = format!(
        "# What the kernels take\n\nBy NVRTC {version} (`make cuda`), without a GPU. Written by \
         `LESSON_RECORD=1 cargo test -p tests --test nvrtc`; that test compares it. Registers and \
         stack are of each thread, shared memory is what the kernel itself declares for a block; \
         spills, stack and shared memory in bytes.\n\n\
         | file | kernel | architecture | registers | spilled / read back | stack | shared |\n\
         |---|---|---|---:|---:|---:|---:|\n"
    );
    for report in reports {
        let (file, architecture) = (&report.source_name, &report.architecture);
        for kernel in &report.kernels {
            let (name, registers) = (&kernel.name, kernel.registers);
            let spills = format!("{} / {}", kernel.spill_stores, kernel.spill_loads);
            let (stack, shared) = (kernel.stack, kernel.shared);
            writeln!(
                text,
                "| {file} | {name} | {architecture} | {registers} | {spills} | {stack} | {shared} |"
            )
            .unwrap();
        }
    }
    text
}

/// Why the page cannot be compared here, if it cannot.
fn obstacle(page: &Path) -> Option<String> {
    match nvrtc::is_the_courses_own() {
        Err(problem) => Some(problem.to_string()),
        Ok(false) => Some("this NVRTC is not the one that `make cuda` fetches".into()),
        Ok(true) if sources().is_empty() && !page.exists() => Some("kernels/ is empty".into()),
        Ok(true) => None,
    }
}

#[test]
fn every_kernel_compiles_and_takes_what_the_page_says() {
    let path = course().join("docs/results/kernels.md");
    if let Some(reason) = obstacle(&path) {
        return skip("every_kernel_compiles_and_takes_what_the_page_says", &reason);
    }
    let fresh = page(&reports());
    if env::var_os("LESSON_RECORD").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differs = fresh.lines().zip(kept.lines().chain([""; 1])).find(|(new, old)| new != old);
    assert!(
        fresh == kept,
        "{} is stale; LESSON_RECORD=1 cargo test -p tests --test nvrtc writes it: {differs:?}",
        path.display()
    );
}
