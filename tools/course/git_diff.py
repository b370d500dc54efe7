"""Have git show what changed in notebooks as text: cells without outputs.

    python -m course.git_diff    (make git-diff)

.gitattributes names the way in which notebooks are compared; what it does stands in this clone's own
configuration, because git takes no program from a repository that somebody has cloned.
"""

import shlex
import subprocess
import sys

from . import notebook_tool, paths, progress

SECTION = "diff.notebook"

# A version of the file that the tool cannot read is shown as it is, and so is every one where the
# tool is gone (make clean).
TEXT = 'f() {{ {tool} text "$1" 2>/dev/null || cat "$1"; }}; f'

# By this git finds the cell that a change belongs to.
HEADING = "^=== .*$"


def configure(places, repository):
    """Write the way to compare notebooks into the configuration of `repository`."""
    notebook_tool.ensure(places)
    tool = notebook_tool.built(places)
    for name, value in (("textconv", TEXT.format(tool=shlex.quote(str(tool)))), ("xfuncname", HEADING)):
        subprocess.run(["git", "config", f"{SECTION}.{name}", value], cwd=repository, check=True)


def main():
    places = paths.find()
    try:
        configure(places, places.course)
    except (progress.StepFailed, subprocess.CalledProcessError) as failure:
        sys.exit(str(failure))
    print("`git diff`, `git show` and `git log -p` now show notebooks as text, without outputs, in this clone.")
    print(f"With outputs: `git diff --no-textconv`. To undo: `git config --remove-section {SECTION}`.")


if __name__ == "__main__":
    main()
