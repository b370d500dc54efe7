"""axe-core, which finds what keeps people from reading a page, fetched once by npm."""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
CHECKSUM = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
MEMBER = "package/axe.min.js"
GRAVE = ("serious", "critical")


class NotFetched(Exception):
    """Says why it is not here."""


def script(places):
    """The text of axe-core."""
    file = places.cache / "axe" / f"{VERSION}.js"
    if not file.exists():
        text = _fetch()
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_bytes(text)
        partial.rename(file)
    return file.read_text(encoding="utf-8")


def _fetch():
    if not shutil.which("npm"):
        raise NotFetched("npm, which fetches axe-core, is not on this machine")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"axe-core@{VERSION}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise NotFetched(f"npm could not fetch axe-core: {done.stderr.strip()[-300:]}")
        package = next(Path(folder).glob("*.tgz")).read_bytes()
    found = base64.b64encode(hashlib.sha512(package).digest()).decode()
    assert found == CHECKSUM, f"axe-core {VERSION} has the checksum {found}"
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        return archive.extractfile(MEMBER).read()


def findings(page, text, rules=None):
    """What axe finds grave on the page: the rule, how often, and the first place."""
    page.evaluate(text)
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    result = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **only})
    return [
        f"{found['id']}: {len(found['nodes'])} times, first {found['nodes'][0]['html'][:200]}"
        for found in result["violations"]
        if found["impact"] in GRAVE
    ]
