"""The Rust toolchain that compiles the cells, and its standard library's sources."""

import functools
import hashlib
import platform
import re
import shutil
import subprocess
from pathlib import Path

from . import progress

# rust-analyzer, inside the kernel, reads the standard library's sources before the first cell
# runs. These are the crates whose types a notebook can name; without a manifest beside them
# rust-analyzer takes just these. Two thirds of all the text, stdarch's intrinsics, stay behind.
ANALYSED_CRATES = (
    "alloc core std panic_abort panic_unwind proc_macro test unwind portable-simd".split()
)


@functools.cache
def version():
    """What `rustc -vV` prints: release, commit, host."""
    return subprocess.run(
        ["rustc", "-vV"], check=True, capture_output=True, text=True
    ).stdout


@functools.cache
def host():
    return next(
        line.removeprefix("host: ") for line in version().splitlines() if line.startswith("host: ")
    )


def identity():
    """A short name that changes with the toolchain."""
    return hashlib.sha256(version().encode()).hexdigest()[:16]


@functools.cache
def processor():
    """A short name for what this machine's processor can do."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    about = {line for line in lines if re.match(r"(model name|flags|Features|CPU part)\s*:", line)}
    return hashlib.sha256("\n".join(sorted(about)).encode()).hexdigest()[:16]


@functools.cache
def sysroot():
    asked = subprocess.run(["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True)
    return Path(asked.stdout.strip())


def cargo():
    """cargo itself; what lies on the search path may be rustup, which looks for it each time."""
    own = sysroot() / "bin" / "cargo"
    return own if own.exists() else shutil.which("cargo")


def libraries():
    """Where the standard library's dylib lies."""
    return sysroot() / "lib" / "rustlib" / host() / "lib"


def library_sources():
    """The folder of the installed standard library's sources, or None (component rust-src)."""
    sources = sysroot() / "lib/rustlib/src/rust/library"
    return sources if (sources / "core/src/lib.rs").exists() else None


def ensure_sources(paths):
    """Have rustup add the standard library's sources, which the kernel reads to learn types."""
    if library_sources() is None:
        ensure_component(paths, "rust-src")


def ensure_linters(paths):
    """Install what the lints need; a minimal toolchain lacks it."""
    for command, component in (("fmt", "rustfmt"), ("clippy", "clippy")):
        if subprocess.run(["cargo", command, "--version"], capture_output=True).returncode != 0:
            ensure_component(paths, component)


def ensure_component(paths, name):
    """Add a component to the toolchain, or say how to."""
    if not shutil.which("rustup"):
        raise progress.StepFailed(
            f"The Rust toolchain has no {name}. Install it the way Rust was installed: "
            f"Debian, Ubuntu: sudo apt install {name}; with rustup: rustup component add {name}"
        )
    progress.run(
        f"Rust component {name}",
        ["rustup", "component", "add", name],
        usual="a few seconds",
        detail=lambda line: None,
        log_path=paths.cache / "logs" / f"{name}.log",
    )


def analysis_sources(paths):
    """A trimmed copy of the standard library's sources, made once per toolchain; None if it
    cannot be: rust-analyzer then reads the whole."""
    trimmed = paths.finished("kernel", f"std-{identity()}")
    if trimmed.is_dir():
        return trimmed
    sources = library_sources()
    if sources is None:
        return None
    partial = trimmed.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for crate in ANALYSED_CRATES:
        if (sources / crate).is_dir():
            shutil.copytree(sources / crate, partial / crate)
    partial.rename(trimmed)
    return trimmed
