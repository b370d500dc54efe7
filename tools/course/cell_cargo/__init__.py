"""The cargo that evcxr calls in a session: it forgets nothing between two cells (cargo.sh)."""

import os
from pathlib import Path

HERE = Path(__file__).parent

# A crate for the cells, and where cargo.sh looks for it in a session: the template has it compiled.
STORE = HERE / "variable_store.rs"
COMPILED_STORE = Path("target", "libevcxr_internal_runtime.rlib")


def compile_store(flags):
    """The command that compiles the crate, in a template's folder, with the flags of the cells."""
    name = COMPILED_STORE.stem.removeprefix("lib")
    words = ["rustc", "--edition=2024", "--crate-type=rlib", f"--crate-name={name}", "-Copt-level=3"]
    return [*words, *flags.split(), "-o", COMPILED_STORE, STORE]


def environment(folder, cargo, base):
    """Put the two commands into `folder`; `base` with them before all others of their names."""
    folder.mkdir()
    for script in HERE.glob("*.sh"):
        command = folder / script.stem
        command.write_bytes(script.read_bytes())
        command.chmod(0o755)
    search = os.pathsep.join(filter(None, [str(folder), base.get("PATH")]))
    return {**base, "PATH": search, "LESSON_CARGO": str(cargo)}
