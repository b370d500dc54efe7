"""The pages of the site, filled in from templates."""

from pathlib import Path

import jinja2

from . import links

PACKAGE = Path(__file__).parent


def environment():
    """Where the templates are; what stands in them is escaped unless it says `safe`."""
    loader = jinja2.FileSystemLoader(PACKAGE / "templates")
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


class Pages:
    """Writes pages into a folder; `shared` is what all of them show."""

    def __init__(self, folder, **shared):
        self.folder, self.shared = folder, shared
        self.environment = environment()

    def write(self, page, template, **own):
        own = {"contents": [], "formulas": False, **self.shared, **own}
        made = self.environment.get_template(f"{template}.html.j2").render(
            page=page, to=lambda other: links.between(page, other), **own
        )
        path = self.folder / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
