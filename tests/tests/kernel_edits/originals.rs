//! The right kernels that are edited.

use lesson_lib::device::Launch;
use std::fs;
use std::path::Path;

/// One kernel, with what its file has besides kernels.
pub struct Original {
    pub text: String,
    blocks: usize,
    threads: usize,
    shared: usize,
}

impl Original {
    pub fn launch(&self) -> Launch {
        match self.threads {
            1024 => Launch::blocks(1).block((32, 32)),
            threads => Launch::blocks(self.blocks).block(threads).shared(self.shared),
        }
    }
}

/// Those of the course with the parameters of a product of matrices, and all without a fault of
/// `data/faults`.
pub fn originals() -> Vec<Original> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let kernels = tests.parent().unwrap().join("kernels");
    let common = read(&kernels.join("common.cuh")).replace("#pragma once", "");
    let matmul = read(&kernels.join("matmul.cu")).replace("#include \"common.cuh\"", &common);
    let mut originals = of_file(&matmul, |_| true);
    let files = fs::read_dir(tests.join("data/faults")).unwrap();
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "cu")) {
        originals.extend(of_file(&read(file), |kernel| kernel.contains("_right(const float* a")));
    }
    originals
}

/// The kernels of a file for which `is_right` holds.
fn of_file(text: &str, is_right: impl Fn(&str) -> bool) -> Vec<Original> {
    let items = items(text);
    let is_kernel = |item: &String| item.contains("__global__");
    let shared: String = items.iter().filter(|item| !is_kernel(item)).cloned().collect();
    let mut launch = [1, 64, 0];
    let mut originals = Vec::new();
    for item in &items {
        if let Some((_, numbers)) = item.split_once("//~ launch ") {
            let line = numbers.lines().next().unwrap_or_default();
            let mut numbers = line.split_whitespace().map(|number| number.parse().unwrap());
            launch = [(); 3].map(|()| numbers.next().unwrap_or(0));
        }
        if is_kernel(item) && is_right(item) {
            let [blocks, threads, bytes] = launch;
            let threads = bound(item).unwrap_or(threads);
            let text = without_marks(&format!("{shared}{item}"));
            originals.push(Original { text, blocks, threads, shared: bytes });
        }
    }
    originals
}

/// The declarations of a text: each ends with a line that is not indented, by a brace or a semicolon.
fn items(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    for line in text.lines() {
        let last = items.last_mut().unwrap();
        last.push_str(line);
        last.push('\n');
        let code = line.split("//").next().unwrap_or_default().trim_end();
        if !line.starts_with(' ') && code.ends_with(['}', ';']) {
            items.push(String::new());
        }
    }
    items
}

/// The threads of a block, where the kernel says how many it is for.
fn bound(kernel: &str) -> Option<usize> {
    let (_, rest) = kernel.split_once("__launch_bounds__(")?;
    rest.split([',', ')']).next()?.parse().ok()
}

/// Without the marks and the comments, which need no edits.
fn without_marks(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim_end());
    lines.filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}
