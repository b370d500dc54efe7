"""Build the site: the executed notebooks as pages in target/site, to read without a server.

    python -m course.site [--no-api]    (make site)

`--no-api` leaves out the library's documentation, which cargo has to write.
"""

import argparse
import sys

from .. import paths, progress
from .build import build
from .failure import NotBuilt


def main():
    parser = argparse.ArgumentParser(prog="make site SITE_ARGS=…")
    parser.add_argument("--no-api", action="store_true", help="leave out the library's documentation")
    options = parser.parse_args()
    places = paths.find()
    site = places.target / "site"
    try:
        lessons = build(places, site, with_api=not options.no_api)
    except (NotBuilt, progress.StepFailed) as failure:
        sys.exit(str(failure))
    print(f"✓ {lessons} lessons: open {site / 'index.html'}")


if __name__ == "__main__":
    main()
