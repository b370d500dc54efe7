"""Small notebooks made on the spot."""

from nbformat.v4 import new_code_cell, new_notebook

KERNELSPEC = {"name": "rust", "display_name": "Rust", "language": "rust"}


def code(text, role="demo", **lesson):
    return new_code_cell(text, metadata={"lesson": {"role": role, **lesson}})


def notebook(*cells):
    return new_notebook(cells=list(cells), metadata={"kernelspec": KERNELSPEC})


