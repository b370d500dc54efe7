"""Build the tests for Linux on AArch64, run them in an emulator, and sum up with the time they took.

    python -m course.aarch64                (make test-aarch64)
    python -m course.aarch64 notebooks      one suite alone: library, kernels or notebooks

The emulator, QEMU, runs one program at a time; the system below it stays this machine's. So the
kernels' compiler is this machine's cross compiler, and what it makes is loaded in the emulator.
"""

import os
import re
import resource
import shutil
import subprocess
import sys

from . import notebook_tool, paths, progress, suites, tally, toolchain

TARGET = "aarch64-unknown-linux-gnu"
COMPILER = "aarch64-linux-gnu-g++"
LINKER = "aarch64-linux-gnu-gcc"
EMULATOR = "qemu-aarch64"
# Where Debian's cross compiler keeps the target's libraries.
LIBRARIES = "/usr/aarch64-linux-gnu"
PACKAGES = {COMPILER: "g++-aarch64-linux-gnu", EMULATOR: "qemu-user"}

# Bytes that a program may write to, in the emulator's own tables too.
MOST_MEMORY = 8 << 30
# Addresses for a program. Up to version 7 QEMU keeps some bytes for each page that was ever reserved,
# 200 MB for a buffer with the CPU device's widest guard zones, and gives every reservation addresses of
# its own, until it has a range to stay in. Refused the widest zones, the device takes smaller ones.
ADDRESSES = 32 << 30
THREADS = 2
# For a suite as a whole, so that a test that hangs is no end to all.
PATIENCE = {"library": 3600, "kernels": 7200}
NOTEBOOK_PATIENCE = 1200

# The test files whose results could depend on the processor.
KERNEL_TESTS = "golden kernels_* kernel_* vocabulary".split()

# The tests that emulation cannot do, by the reason.
LEFT_OUT = {
    "library": {
        "its widest guard zones take more addresses than a program has here": [
            "device::cpu::memory::tests::smaller_guards_do_as_well"
        ]
    },
    "kernels": {},
}
NOTEBOOKS_LEFT_OUT = {
    "cargo would compile Uiua for this machine": ["13_apl"],
}

FILTERED_OUT = re.compile(r"^test result: .*; (\d+) filtered out;", re.MULTILINE)
NOTEBOOK = re.compile(r"^notebooks/(\w+)\.ipynb: .* s: (ok|FAILED)$", re.MULTILINE)


def missing(which=shutil.which):
    """What has to be installed first, a line each."""
    absent = [package for program, package in PACKAGES.items() if not which(program)]
    return f"sudo apt install {' '.join(absent)}" if absent else ""


def standard_library(places):
    """Cargo's words for the target's standard library: none where it is installed
    (`rustup target add`), else what builds it from its sources."""
    if (toolchain.sysroot() / "lib" / "rustlib" / TARGET / "lib").is_dir():
        return []
    toolchain.ensure_sources(places)
    return ["-Zbuild-std"]


def environment(places):
    upper = TARGET.upper().replace("-", "_")
    return {
        "CARGO_TARGET_DIR": str(places.target / "aarch64"),
        f"CARGO_TARGET_{upper}_LINKER": LINKER,
        # The tests that start themselves look here, too.
        f"CARGO_TARGET_{upper}_RUNNER": EMULATOR,
        "QEMU_LD_PREFIX": LIBRARIES,
        "QEMU_RESERVED_VA": hex(ADDRESSES),
        # Cargo of a stable toolchain builds a standard library for nobody else.
        "RUSTC_BOOTSTRAP": "1",
        "LESSON_CXX": COMPILER,
    }


def rust_tests(places, name, which):
    """A suite of Rust tests, without those that are left out."""
    left_out = LEFT_OUT[name]
    notes = places.artifacts / f"aarch64-{name}.tsv"
    notes.write_text("", encoding="utf-8")
    cargo = ["cargo", "test", "--no-fail-fast", "--target", TARGET, *standard_library(places), *which]
    build(places, [*cargo, "--no-run"])
    command = ["timeout", str(PATIENCE[name]), *cargo, "--", f"--test-threads={THREADS}", "--exact"]
    command += [word for test in names(left_out) for word in ("--skip", test)]

    def count(status, output):
        counted = tally.cargo(output, notes.read_text(encoding="utf-8"))
        return suites.at_least_one(with_left_out(counted, left_out, output), status)

    return suites.Suite(name, command, count, {**environment(places), "LESSON_TEST_SKIPS": str(notes)})


def build(places, command):
    """Compile without a limit of time."""
    subprocess.run(command, cwd=places.course, check=True, env={**os.environ, **environment(places)})


def with_left_out(counted, left_out, output):
    """Counts what was left out; a name that no test has is a failure."""
    counted.skips += [(test, reason) for reason, tests in left_out.items() for test in tests]
    filtered = sum(map(int, FILTERED_OUT.findall(output)))
    if filtered != len(names(left_out)):
        print(f"Of {len(names(left_out))} tests to be left out there are {filtered}")
        counted.failed += 1
    return counted


def names(left_out):
    return [name for each in left_out.values() for name in each]


def library(places):
    return rust_tests(places, "library", ["-p", "lesson_lib", "--lib"])


def kernels(places):
    chosen = [word for pattern in KERNEL_TESTS for word in ("--test", pattern)]
    return rust_tests(places, "kernels", ["-p", "tests", *chosen])


def notebooks(places):
    """All notebooks as one program, without those that are left out."""
    left_out = names(NOTEBOOKS_LEFT_OUT)
    taken = [file for file in sorted(places.notebooks.glob("*.ipynb")) if file.stem not in left_out]
    command = [EMULATOR, notebook_program(places, taken), "run", "all"]
    command += ["--timeout", str(NOTEBOOK_PATIENCE), "--under", EMULATOR]

    def count(status, output):
        results = NOTEBOOK.findall(output)
        counted = tally.Tally(
            passed=sum(result == "ok" for _, result in results),
            failed=sum(result != "ok" for _, result in results),
            skips=[(name, reason) for reason, all in NOTEBOOKS_LEFT_OUT.items() for name in all],
        )
        return suites.at_least_one(counted, status)

    return suites.Suite("notebooks", command, count, environment(places))


def notebook_program(places, taken):
    folder = places.target / "aarch64_cells"
    extract = [*notebook_tool.PROGRAM, "extract", *taken, "--out", folder]
    subprocess.run(extract, cwd=places.course, check=True, stdout=subprocess.DEVNULL)
    manifest = ["--manifest-path", folder / "Cargo.toml"]
    build(places, ["cargo", "build", "--target", TARGET, *standard_library(places), *manifest])
    return places.target / "aarch64" / TARGET / "debug" / f"cells_{folder.name}"


SUITES = {"library": library, "kernels": kernels, "notebooks": notebooks}


def main():
    places = paths.find()
    places.artifacts.mkdir(parents=True, exist_ok=True)
    if line := missing():
        sys.exit(f"The emulation needs more than is here. Debian, Ubuntu:  {line}")
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    rows = []
    try:
        for name in sys.argv[1:] or SUITES:
            suite = SUITES[name](places)
            folder = places.notebooks if name == "notebooks" else places.course
            rows.append((name, *suites.run(suite, folder)))
    except progress.StepFailed as failure:
        sys.exit(str(failure))
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{failure.cmd[0]} {failure.cmd[1]} failed")
    print(f"\n{tally.table(rows)}")
    sys.exit(any(counted.failed for _, counted, _ in rows))


if __name__ == "__main__":
    main()
