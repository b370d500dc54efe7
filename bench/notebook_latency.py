"""Measure what a learner waits for: stock evcxr against the course's kernel, in one run.

    PYTHONPATH=tools python bench/notebook_latency.py    (make bench-notebook)

Writes docs/results/notebook-latency.md.

Both kernels run the same cells in the same folder on the same machine, in turns. The speed of the
library inside a cell is measured against the same code as a release binary.
"""

import contextlib
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course import environment, evcxr, paths, template, toolchain

SETUP = ':dep lesson_lib = { path = "../lesson_lib" }\nuse lesson_lib::prelude::*;'
FIRST_OUTPUT = 'array![[1.0_f32, 2.0], [3.0, 4.0]]'
FIRST_LET = "let a = Array2::<f32>::ones((5, 784));"
READING = 8  # seconds that somebody spends on the text above a notebook's first cell
LATER = [
    "let b = Array2::<f32>::ones((784, 10));",
    "let c = a.dot(&b);",
    "c.sum()",
    "&c + 1.0",
    "fn twice(x: f32) -> f32 { 2.0 * x }",
    "c.mapv(twice)",
    'println!("{}", c.len());',
    "check::close(\"same\", &c, &c, 1e-6)?;",
]

# The same text runs in a cell and as a program: a loop of the learner's own, and the library's.
SPEED = """
fn three_loops(a: &Array2<f32>, b: &Array2<f32>) -> Array2<f32> {
    let mut c = Array2::zeros((a.nrows(), b.ncols()));
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            for k in 0..a.ncols() {
                c[[i, j]] += a[[i, k]] * b[[k, j]];
            }
        }
    }
    c
}
fn best_of(runs: usize, mut f: impl FnMut() -> f32) -> f64 {
    (0..runs)
        .map(|_| {
            let start = std::time::Instant::now();
            std::hint::black_box(f());
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}
"""
SPEED_RUN = """
let small = Array2::<f32>::from_shape_fn((256, 256), |(i, j)| (i * 7 + j) as f32 * 1e-3);
let tall = Array2::<f32>::from_shape_fn((50_000, 784), |(i, j)| (i % 7 + j) as f32 * 1e-3);
let weights = Array2::<f32>::from_shape_fn((784, 10), |(i, j)| (i + j) as f32 * 1e-3);
println!("SPEED loops {}", best_of(9, || three_loops(&small, &small)[[3, 4]]));
println!("SPEED parallel {}", best_of(15, || matmul::parallel(&tall, &weights).unwrap()[[3, 4]]));
"""


class Kernel:
    """A running kernel; `run` returns the seconds a cell took and what it printed."""

    def __init__(self, places, argv, extra):
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import KernelManager

        self.begin = time.monotonic()
        self.manager = KernelManager(kernel_name="rust")
        self.manager._kernel_spec = KernelSpec(
            argv=argv, display_name="bench", language="rust", interrupt_mode="message"
        )
        self.manager.start_kernel(cwd=str(places.notebooks), env={**os.environ, **extra})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=600)
        self.ready = time.monotonic() - self.begin

    def run(self, source):
        printed = []

        def keep(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            if message["msg_type"] == "error":
                raise RuntimeError(f"cell failed: {source}\n{content['evalue']}")

        start = time.monotonic()
        self.client.execute_interactive(source, timeout=600, output_hook=keep)
        return time.monotonic() - start, "".join(printed)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@contextlib.contextmanager
def stock(places):
    """evcxr as it comes: an empty build folder, no configuration."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [str(places.evcxr), "--control_file", "{connection_file}"]
        extra = {
            "EVCXR_TMPDIR": folder,
            "EVCXR_CONFIG_DIR": f"{folder}/config",
            **evcxr.blindfold(places),
        }
        kernel = Kernel(places, argv, extra)
        yield kernel
        kernel.close()


@contextlib.contextmanager
def course(places):
    kernel = Kernel(places, [sys.executable, str(places.launcher), "{connection_file}"], {})
    yield kernel
    kernel.close()


def measure(opened, with_speed):
    """One session, cell by cell; seconds."""
    with opened as kernel:
        result = {"kernel ready": kernel.ready}
        result["setup cell"] = kernel.run(SETUP)[0]
        result["first array shown"] = kernel.run(FIRST_OUTPUT)[0]
        result["from start to first output"] = time.monotonic() - kernel.begin
        result["first `let`"] = kernel.run(FIRST_LET)[0]
        result["later cells, median"] = statistics.median(kernel.run(cell)[0] for cell in LATER)
        if with_speed:
            kernel.run(SPEED)
            result.update(speeds(kernel.run(SPEED_RUN)[1]))
        return result


def first_let_after_reading(opened):
    """The same, by a person: who reads gives the analyser time."""
    with opened as kernel:
        time.sleep(READING)
        kernel.run(SETUP)
        return kernel.run(FIRST_LET)[0]


def speeds(printed):
    return {name: float(value) for name, value in re.findall(r"SPEED (\w+) (\S+)", printed)}


def binary(places):
    """The same code as a release binary for this processor."""
    folder = places.target / "notebook_latency"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "speed"\nedition = "2024"\n[workspace]\n'
        f'[dependencies]\nlesson_lib = {{ path = "{places.course / "lesson_lib"}" }}\n',
        encoding="utf-8",
    )
    (folder / "Cargo.lock").write_bytes((places.course / "Cargo.lock").read_bytes())
    main = f"use lesson_lib::prelude::*;\n{SPEED}\nfn main() {{\n{SPEED_RUN}\n}}\n"
    (folder / "src" / "main.rs").write_text(main, encoding="utf-8")
    extra = {"RUSTFLAGS": "-Ctarget-cpu=native --cap-lints=warn"}
    if sys.platform == "linux":
        extra["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
    done = subprocess.run(
        ["cargo", "run", "--release", "--quiet"],
        cwd=folder, env={**os.environ, **extra}, check=True, capture_output=True, text=True,
    )
    return speeds(done.stdout)


def report(stock_result, runs, program):
    def cell(value):
        return f"{value:.2f} s"

    def median(name):
        return statistics.median(run[name] for run in runs)

    rows = [
        f"| {name} | {cell(stock_result[name]) if name in stock_result else '–'} | {cell(median(name))} "
        f"| {min(run[name] for run in runs):.2f}–{max(run[name] for run in runs):.2f} |"
        for name in runs[0]
        if name not in ("loops", "parallel")
    ]
    speed_rows = [
        f"| {title} | {stock_result[key] * 1e3:.2f} | {median(key) * 1e3:.2f} "
        f"| {program[key] * 1e3:.2f} | {median(key) / program[key]:.2f} |"
        for key, title in [
            ("loops", "three loops written in the cell, 256×256 · 256×256"),
            ("parallel", "`matmul::parallel`, 50 000×784 · 784×10"),
        ]
    ]
    return "\n".join(
        [
            "# What a learner waits for",
            "",
            f"{processor()}, {os.cpu_count()} threads; {toolchain.version().splitlines()[0]}; "
            "`make bench-notebook` measures it again and rewrites this page. One session of stock "
            f"evcxr, {len(runs)} of the course's kernel (median, and range in the last column).",
            "",
            "| | stock evcxr | course | range |",
            "|---|---|---|---|",
            *rows,
            "",
            "The bars: first output at most 8 s after the kernel's start, first `let` 2 s for who "
            "reads before it, later cells 0.4 s in the median.",
            "",
            "Speed inside a cell, best of 9 and 15 runs in milliseconds:",
            "",
            "| | stock evcxr | course | release binary | course / binary |",
            "|---|---|---|---|---|",
            *speed_rows,
            "",
        ]
    )


def processor():
    with contextlib.suppress(OSError):
        names = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
        if names:
            return names[1]
    return platform.processor() or platform.machine()


def main():
    places = paths.find()
    environment.enter(places)
    template.ensure(places)
    program = binary(places)
    runs = [measure(course(places), True) for _ in range(2)]
    stock_result = measure(stock(places), True)
    runs.append(measure(course(places), True))
    for run in runs:
        run[f"first `let`, {READING} s after the kernel is ready"] = first_let_after_reading(course(places))
    text = report(stock_result, runs, program)
    (places.course / "docs" / "results" / "notebook-latency.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
