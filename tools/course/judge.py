"""Decide whether an executed cell is sound.

A panicking cell of evcxr answers "ok", and so does a failing `?`: the status
of a reply proves nothing. What a cell printed does.
"""

import re

PASS_LINE = re.compile(r"^✓ ", re.MULTILINE)
CHECK_CALL = re.compile(r"\bcheck::\w+!?\s*(?:::<[^(]*>)?\(")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def faults(cell):
    """What is wrong with an executed code cell, in words; empty when nothing is."""
    return [*_errors(cell), *_stderr(cell), *_missing_pass_lines(cell)]


def role(cell):
    return cell.get("metadata", {}).get("lesson", {}).get("role")


def identity(cell, index):
    """How a person finds the cell: its place, its lesson id, its first line."""
    name = cell.get("metadata", {}).get("lesson", {}).get("id")
    lines = [line for line in source(cell).splitlines() if line.strip()]
    label = f"cell {index}" + (f" ({name})" if name else "")
    return f"{label}: {lines[0].strip()}" if lines else label


def source(cell):
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def stream_text(cell, name):
    texts = [
        output["text"] if isinstance(output["text"], str) else "".join(output["text"])
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == name
    ]
    return ANSI.sub("", "".join(texts))


def _errors(cell):
    return [
        f"error {output['ename']}: {ANSI.sub('', output['evalue']).strip()}"
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]


def _stderr(cell):
    text = stream_text(cell, "stderr").strip()
    return [f"text on stderr: {text}"] if text else []


def _missing_pass_lines(cell):
    if role(cell) != "check":
        return []
    wanted = len(CHECK_CALL.findall(COMMENT.sub("", source(cell))))
    printed = len(PASS_LINE.findall(stream_text(cell, "stdout")))
    if wanted == 0:
        return ["a check cell without a check:: call"]
    if printed < wanted:
        return [f"printed {printed} of {wanted} pass lines (✓)"]
    return []
