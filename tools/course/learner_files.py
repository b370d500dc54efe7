"""The lists that are kept in the learner's folder; lesson_lib/src/learner has the same rules."""

REMARK = "#"


def lines(file):
    """The lines of `file` that say something."""
    text = file.read_text(encoding="utf-8", errors="replace")
    stripped = map(str.strip, text.splitlines())
    return [line for line in stripped if line and not line.startswith(REMARK)]


def kept(file):
    """The same of a file that is there only once something is kept."""
    try:
        return lines(file)
    except FileNotFoundError:
        return []
