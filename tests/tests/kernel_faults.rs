//! Each fault in the kernels of `data/faults` is told at its line, and none in the kernels that are
//! right.

use lesson_lib::Error;
use lesson_lib::device::{Device, Kernel, Launch, Module, Source};
use lesson_lib::error::{Fault, FaultKind};
use lesson_lib::ndarray::Array1;
use std::path::{Path, PathBuf};
use std::{env, fs};
use tests::itself::itself;

/// The file whose kernels never end by themselves. They are run in a process of their own, which
/// waits less long for them than others do.
const ENDLESS: &str = "endless.cu";

/// A kernel of a file, and where its fault is.
#[derive(Debug)]
struct Case {
    name: String,
    launch: Launch,
    /// Lines at which the fault may be told, and its kind.
    marks: Vec<(usize, String)>,
}

/// The kernels of a file. A mark outside of a kernel belongs to the next one.
fn cases(text: &str) -> Vec<Case> {
    let (mut cases, mut marks, mut launch) = (Vec::<Case>::new(), Vec::new(), Launch::blocks(1));
    let mut name = None;
    for (number, line) in text.lines().enumerate() {
        if let Some(numbers) = line.strip_prefix("//~ launch ") {
            launch = parse_launch(numbers);
        } else if let Some((_, kind)) = line.split_once("//~ ") {
            marks.push((number + 1, kind.trim().to_string()));
        } else if let Some(rest) = line.strip_prefix("extern \"C\" __global__ void ") {
            name = rest.split('(').next().map(String::from);
        }
        if line == "}"
            && let Some(name) = name.take()
        {
            cases.push(Case { name, launch, marks: std::mem::take(&mut marks) });
        }
    }
    cases
}

fn parse_launch(numbers: &str) -> Launch {
    let numbers: Vec<usize> = numbers.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let shared = numbers.get(2).copied().unwrap_or(0);
    Launch::blocks(numbers[0]).block(numbers[1]).shared(shared)
}

/// What the marks call a fault.
fn kind(fault: &Fault) -> &'static str {
    match fault.kind {
        FaultKind::Race { .. } => "race",
        FaultKind::Misaligned { .. } => "misaligned",
        FaultKind::MissingReturn => "return",
        FaultKind::UnsetLocal => "unset",
        FaultKind::UninitializedShared => "unwritten",
        FaultKind::OutOfBounds { .. }
        | FaultKind::SharedOutOfBounds { .. }
        | FaultKind::VariableOutOfBounds { .. }
        | FaultKind::ArrayIndex { .. } => "bounds",
        FaultKind::BadPointer { .. } => "pointer",
        FaultKind::BarrierDivergence { .. } => "barrier",
        FaultKind::WarpDivergence { .. } | FaultKind::InactiveLane { .. } => "warp",
        FaultKind::Assert { .. } => "assert",
        FaultKind::Trap => "trap",
        FaultKind::DivisionByZero => "division",
        FaultKind::StackOverflow => "stack",
        FaultKind::Timeout { .. } => "endless",
        _ => "other",
    }
}

/// The lines that a fault names.
fn lines(fault: &Fault) -> Vec<usize> {
    let other = match &fault.kind {
        FaultKind::Race { other_line, .. } => other_line.clone(),
        _ => None,
    };
    let named = [fault.line.clone(), other].into_iter().flatten();
    named.filter_map(|line| line.rsplit(':').next()?.parse().ok()).collect()
}

/// What a kernel leaves in its buffers.
fn run(device: &Device, kernel: &Kernel, launch: Launch) -> Result<(Vec<f32>, Vec<i32>), Error> {
    let a = device.upload(&Array1::range(1.0_f32, 257.0, 1.0))?;
    let mut b = device.zeros(256)?;
    let mut c = device.zeros_of::<i32, _>(64)?;
    kernel.launch(launch, (&a, &mut b, &mut c, 256))?;
    Ok((b.download()?.to_vec(), c.download()?.to_vec()))
}

fn check(case: &Case, careful: &Module, fast: &Module) {
    let context = format!("{} ({:?})", case.name, case.marks);
    let kernel = careful.kernel(&case.name).unwrap();
    let result = run(&Device::checked(), &kernel, case.launch);
    if case.marks.is_empty() {
        let found = result.unwrap_or_else(|error| panic!("{context}: false alarm: {error}"));
        let kernel = fast.kernel(&case.name).unwrap();
        assert_eq!(found, run(&Device::cpu(), &kernel, case.launch).unwrap(), "{context}");
        return;
    }
    let Err(Error::Fault(fault)) = result else { panic!("{context}: missed: {result:?}") };
    let told = lines(&fault);
    let marked = |(line, label): &(usize, String)| told.contains(line) && label == kind(&fault);
    assert!(case.marks.iter().any(marked), "{context}: told as {fault}");
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/faults");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "cu")).collect()
}

/// What is wrong with what the device says of the kernels of a file.
fn failures(path: &Path) -> Vec<String> {
    let source = Source::file(path).unwrap();
    let [careful, fast] =
        [Device::checked(), Device::cpu()].map(|device| device.compile(&source).unwrap());
    let cases = cases(&fs::read_to_string(path).unwrap());
    let failures = cases.into_iter().filter_map(|case| {
        let run = std::panic::AssertUnwindSafe(|| check(&case, &careful, &fast));
        let failure = std::panic::catch_unwind(run).err()?;
        Some(*failure.downcast::<String>().unwrap_or_default())
    });
    failures.collect()
}

fn is_endless(path: &Path) -> bool {
    path.ends_with(ENDLESS)
}

#[test]
fn faults_are_told_at_their_lines_and_right_kernels_run() {
    let others = files().into_iter().filter(|path| !is_endless(path));
    let failures: Vec<String> = others.flat_map(|path| failures(&path)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn endless_loops_are_told_at_their_lines() {
    const NAME: &str = "endless_loops_are_told_at_their_lines";
    const LIMIT: (&str, &str) = ("LESSON_KERNEL_TIMEOUT", "0.5");
    if env::var(LIMIT.0).as_deref() != Ok(LIMIT.1) {
        let output = itself().args([NAME, "--exact"]).env(LIMIT.0, LIMIT.1).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        return assert!(output.status.success(), "{said}");
    }
    for path in files().iter().filter(|path| is_endless(path)) {
        let failures = failures(path);
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

#[test]
fn every_faulty_kernel_stands_beside_a_mended_one() {
    for path in files() {
        let cases = cases(&fs::read_to_string(&path).unwrap());
        let faulty: Vec<&Case> = cases.iter().filter(|case| !case.marks.is_empty()).collect();
        assert!(faulty.len() >= 10, "{}: {} faults", path.display(), faulty.len());
        for case in faulty {
            let mended = format!("{}_right", case.name);
            let is_there = cases.iter().any(|other| other.name == mended && other.marks.is_empty());
            assert!(is_there, "{}: no {mended}", path.display());
        }
    }
}
