"""Typeset a document with Typst, and print the number of its pages.

    python typeset.py root source pdf

Runs in the environment of `venv.of_paper`. Fonts are those that Typst brings along, so that the
pages are the same everywhere. A warning is an error.
"""

import json
import sys

import typst

# How Typst begins what a document says itself.
SAID_BY_DOCUMENT = "panicked with: "


def explained(error):
    """What a document says is enough; else where it went wrong matters too."""
    said = error.message.startswith(SAID_BY_DOCUMENT)
    return error.message.removeprefix(SAID_BY_DOCUMENT) if said else error.diagnostic


def main():
    root, source, pdf = sys.argv[1:]
    compiler = typst.Compiler(source, root=root, ignore_system_fonts=True)
    try:
        _, warnings = compiler.compile_with_warnings(output=pdf)
        pages = compiler.query("<pages>", field="value", one=True)
    except typst.TypstError as error:
        sys.exit(explained(error))
    if warnings:
        sys.exit("\n".join(warning.diagnostic for warning in warnings))
    print(json.loads(pages))


if __name__ == "__main__":
    main()
