"""What a JupyterHub has to know to serve the course: whichever hub it is, on one machine.

Its own configuration loads this file, and what stands below that line there has the last word:

    load_subconfig("/srv/lesson12/tools/hub/settings.py")
"""

import json
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
BUILT = COURSE / "target" / "hub.json"

c = get_config()  # noqa: F821 (JupyterHub provides it)

if not BUILT.exists():
    raise FileNotFoundError(f"{BUILT} is missing: run `make hub` in {COURSE} first")
built = json.loads(BUILT.read_text(encoding="utf-8"))

# The hub itself may run in another environment, as that of The Littlest JupyterHub does.
c.Spawner.cmd = [built["python"], "-m", "course.singleuser", "jupyterhub-singleuser"]
c.Spawner.environment = built["environment"]

# A first start writes the user's notebooks.
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 60

# docs/jupyterhub.md has the measurements behind these. Not every spawner can hold a user to them:
# systemd's (The Littlest JupyterHub), Docker's and Kubernetes' can.
c.Spawner.mem_limit = "3G"
c.Spawner.mem_guarantee = "1500M"
c.Spawner.cpu_limit = 2
