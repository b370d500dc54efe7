"""A JupyterHub for a class on one machine.

Started by root, it lets in whoever has an account on this machine and starts each one's server
under that account:

    PYTHON -m jupyterhub -f tools/hub/jupyterhub_config.py    (`make hub` says which PYTHON)

A configuration of your own begins with `load_subconfig("…/tools/hub/jupyterhub_config.py")`, and
what stands below that line has the last word.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 (JupyterHub provides it)

load_subconfig(str(Path(__file__).resolve().with_name("settings.py")))  # noqa: F821

# The proxy of the same environment, so that Node.js is not needed. It knows no HTTPS: a web server
# such as Caddy or nginx stands before it, and only that one is reached from elsewhere.
PYTHON = Path(c.Spawner.cmd[0])
c.ConfigurableHTTPProxy.command = [str(PYTHON.with_name("configurable-http-proxy"))]
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

# Whoever has an account with a password.
c.Authenticator.allow_all = True

# The hub's own state: who has a server, and the key of its cookies. systemd names the folder where a
# service has `StateDirectory=`.
STATE = Path(os.environ.get("STATE_DIRECTORY", "/var/lib/lesson12-rs-hub"))
STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")

# A server that has had no kernel at work and no window open for an hour ends.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [str(PYTHON), "-m", "jupyterhub_idle_culler", "--timeout=3600", "--cull-every=300"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
