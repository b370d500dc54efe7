"""Build target/gpu: one folder that tests and measures on a machine with an NVIDIA GPU.

    PYTHONPATH=tools python bench/gpu.py    (make gpu)

That machine needs NVIDIA's driver, a CUDA toolkit and Python, but no Rust and no network. Carry the
folder there and start `run`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from course import paths, storage

MOST = 60_000_000  # bytes
# Any x86-64 server with a GPU has these instructions; this machine's own may be missing there.
FLAGS = "-C target-cpu=x86-64-v3 -C strip=symbols"

# What is taken along: cargo's kind of a target, how its name begins, and the folder it goes to.
TAKEN = (
    ("test", ("kernels_",), "tests"),
    ("bench", ("device_",), "benches"),
    ("bin", ("cells_",), "notebooks"),
)


def place(target):
    """The folder that a program goes to; None for those that stay here."""
    for kind, beginnings, folder in TAKEN:
        if kind in target["kind"] and target["name"].startswith(beginnings):
            return folder
    return None


def programs(messages):
    """(folder, name, file) of every program in cargo's JSON lines that is taken along."""
    found = []
    for line in messages.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        file = message.get("executable")
        if file and (folder := place(message["target"])):
            found.append((folder, message["target"]["name"], file))
    return found


def build(places, *arguments):
    command = ["cargo", "build", "--release", "--message-format=json", *arguments]
    environment = {
        **os.environ,
        "RUSTFLAGS": FLAGS,
        # Other flags, other files: the tests' build stays as it is.
        "CARGO_TARGET_DIR": str(places.target / "portable"),
    }
    done = subprocess.run(
        command, cwd=places.course, env=environment, stdout=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed")
    return programs(done.stdout)


def portable(notebook):
    """Whether a notebook runs without cargo: one that compiles Uiua does not, nor does it use a GPU."""
    return "Uiua::build()" not in notebook.read_text(encoding="utf-8")


def notebooks(places):
    """The notebooks as one program."""
    folder = places.target / "gpu_cells"
    command = "cargo run --quiet -p tools --bin notebook -- extract".split()
    taken = filter(portable, sorted(places.notebooks.glob("*.ipynb")))
    subprocess.run([*command, *taken, "--out", folder], cwd=places.course, check=True,
                   stdout=subprocess.DEVNULL)
    return build(places, "--manifest-path", folder / "Cargo.toml")


def write(places, taken, out):
    shutil.rmtree(out, ignore_errors=True)
    for folder, name, file in taken:
        (out / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, out / folder / name)
    if (places.course / "kernels").is_dir():
        shutil.copytree(places.course / "kernels", out / "kernels")
    for script in (places.course / "bench" / "gpu").iterdir():
        if script.is_file():
            shutil.copy2(script, out / script.name)
    (out / "run").chmod(0o755)


def main():
    places = paths.find()
    out = places.target / "gpu"
    taken = build(places, "-p", "tests", "-p", "lesson_lib", "--tests", "--benches")
    write(places, taken + notebooks(places), out)
    size = storage.disk_bytes(out)
    for program in sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file()):
        print(f"  {program}")
    print(f"{out}: {storage.human(size)}")
    if size > MOST:
        sys.exit(f"It is larger than the {storage.human(MOST)} that can be carried.")


if __name__ == "__main__":
    main()
