"""Files that are written whole or not at all, so that nobody reads half of one."""

import tempfile
from pathlib import Path


def write(file, content):
    """Put the bytes `content` in place of `file`."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as new:
        new.write(content)
    partial = Path(new.name)
    # Like any other new file, not for its owner's eyes alone.
    partial.chmod(0o644)
    partial.replace(file)
