"""Make a Jupyter kernel that comes with a crate of yours, compiled.

    python -m course.warm FOLDER [--name NAME] [--user]

`:dep` compiles a crate and all it needs, in every notebook that asks for it. A kernel made by this
has done so before it starts. `--name` is how Jupyter calls it, by default as the crate is called.
The kernel is there in this clone's `make lab`; with `--user` in the user's own Jupyter, too. README.md
beside this file says what it gives, and what it does not do.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from . import kernelspec, paths, progress, setup, template
from .library import Library

DESCRIPTION = "library.json"


class NoLibrary(Exception):
    """Why there can be no kernel for a folder."""


def library_at(folder):
    """The crate in `folder`, with all that it is compiled with from a path."""
    manifest = folder / "Cargo.toml"
    if not manifest.is_file():
        raise NoLibrary(f"{folder} has no Cargo.toml: name the folder of a crate.")
    about = _metadata(manifest)
    packages = {package["id"]: package for package in about["packages"]}
    own = next((p for p in packages.values() if Path(p["manifest_path"]).samefile(manifest)), None)
    if own is None:
        raise NoLibrary(f"{manifest} is a workspace: name the folder of one of its crates.")
    if not any({"lib", "rlib", "dylib"} & set(target["kind"]) for target in own["targets"]):
        raise NoLibrary(f"{own['name']} has no library that a cell could use: it needs a src/lib.rs.")
    parts = {p["name"]: Path(p["manifest_path"]).parent for p in _reached(own, about) if not p["source"]}
    workspace = Path(about["workspace_root"])
    root = Path(os.path.commonpath([workspace, *parts.values()]))
    return Library(own["name"], parts, root, workspace / "Cargo.lock")


def _metadata(manifest):
    # Writes the lock file where there is none.
    command = ["cargo", "metadata", "--format-version", "1", "--manifest-path", str(manifest)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise NoLibrary(f"cargo cannot read {manifest}:\n{done.stderr.strip()}")
    return json.loads(done.stdout)


def _reached(own, about):
    """The packages that `own` needs, itself among them, but for what only its tests need."""
    packages = {package["id"]: package for package in about["packages"]}
    needs = {node["id"]: node["deps"] for node in about["resolve"]["nodes"]}
    reached, waiting = {}, [own["id"]]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached[one] = packages[one]
            kinds = [(dep["pkg"], {kind["kind"] for kind in dep["dep_kinds"]}) for dep in needs[one]]
            waiting += [package for package, kind in kinds if kind != {"dev"}]
    return reached.values()


def specifications(places, name, user):
    """The folders in which Jupyter finds the kernel."""
    homes = [places.jupyter_path] + ([user_data()] if user else [])
    return [home / "kernels" / f"{kernelspec.NAME}-{name}" for home in homes]


def user_data():
    """The folder of the user's own Jupyter."""
    if os.environ.get("JUPYTER_DATA_DIR"):
        return Path(os.environ["JUPYTER_DATA_DIR"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Jupyter"
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(share) / "jupyter"


def install(places, library, name, user):
    """Tell Jupyter about the kernel; gives the folders that do."""
    folders = specifications(places, name, user)
    for folder in folders:
        description = folder / DESCRIPTION
        folder.mkdir(parents=True, exist_ok=True)
        library.write(description)
        specification = kernelspec.specification(places)
        specification["argv"].append(str(description))
        specification["display_name"] = f"Rust ({name})"
        kernelspec.write(folder, specification)
        kernelspec.put(folder / kernelspec.LOGO, (places.jupyter_looks / kernelspec.LOGO).read_bytes())
    return folders


def main():
    options = _arguments()
    places = paths.find()
    try:
        library = library_at(options.folder.resolve())
        name = options.name or library.name
        if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
            raise NoLibrary(f"“{name}” is no name for a kernel: take letters, digits, -, _ and dots.")
        setup.ensure_kernel(places)
        folders = install(places, library, name, options.user)
        template.ensure(paths.find(folders[0] / DESCRIPTION))
    except (NoLibrary, progress.StepFailed) as failure:
        sys.exit(str(failure))
    loads = "\n".join(f":dep {part} = {{ path = \"{library.parts[part]}\" }}" for part in library.loaded)
    print(f"✓ Rust ({name}): {folders[-1]}\nIn a notebook, in the first cell:\n\n{loads}")


def _arguments():
    what, _, usage = __doc__.partition("\n")
    parser = argparse.ArgumentParser(prog="python -m course.warm", description=what, epilog=usage)
    parser.add_argument("folder", type=Path, help="the folder of the crate")
    parser.add_argument("--name", help="how Jupyter calls the kernel")
    parser.add_argument("--user", action="store_true", help="also for the user's own Jupyter")
    return parser.parse_args()


if __name__ == "__main__":
    main()
