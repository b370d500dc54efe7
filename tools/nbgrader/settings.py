"""What nbgrader has to know about notebooks in Rust and about the course's kernel.

A course folder's nbgrader_config.py loads this file: what stands below it there has the last word.
"""

import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]

c = get_config()  # noqa: F821 (nbgrader provides it)

# The kernel of this clone, wherever nbgrader itself is installed.
elsewhere = os.environ.get("JUPYTER_PATH")
os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(COURSE / "target" / "jupyter"), elsewhere]))

# nbgrader starts a program that lies beside it, and expects it on the path.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

# The same scores on every machine, with no progress bar among the outputs.
os.environ.update(LESSON_DEVICE="cpu", LESSON_OFFLINE="1", LESSON_PROGRESS="0")

c.ClearSolutions.begin_solution_delimeter = "// BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "// END SOLUTION"
c.ClearSolutions.code_stub = {"rust": 'todo!("write this part");'}

# Seconds for one cell. A cell that takes longer is interrupted, scores nothing, and ends with its
# process: the next notebook starts a fresh one.
c.Execute.timeout = 120
# What an interrupt takes at most, and the start of a kernel that has to build the library first.
c.Execute.iopub_timeout = 60
c.Execute.startup_timeout = 300
