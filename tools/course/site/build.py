"""Make the site: the lessons, the index, and every file of the course that they link to."""

import re
import shutil

import nbformat

from . import browser_files, cells, code, curriculum, links, markdown, prerequisites, rustdoc, search
from .pages import PACKAGE, Pages

README, RESULTS = "README.md", "docs/results"
TEXTS = {"Run it yourself": README, "For instructors": "INSTRUCTORS.md", "Measurements": RESULTS}
DEEPEST_IN_CONTENTS = 3
MOST_IN_CONTENTS = 40


def build(places, site, with_api=True):
    """Write the site into the folder `site`, which it replaces."""
    brought = browser_files.ensure(places)
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    if with_api:
        rustdoc.build(places, site)
    shutil.copytree(PACKAGE / "assets", site / "assets", ignore=shutil.ignore_patterns("slides.*"))
    shutil.copytree(brought / "mathjax", site / "assets" / "mathjax")
    builder = _Builder(places.course, site, with_api)
    builder.write_lessons()
    builder.write_index()
    builder.write_what_is_linked()
    (site / "search-index.js").write_text(search.script(builder.entries), encoding="utf-8")
    return len(builder.lessons)


def contents(headings):
    """The headings for a list beside the page: as deep as the list stays short."""
    for deepest in range(DEEPEST_IN_CONTENTS, 1, -1):
        listed = [heading for heading in headings if 2 <= heading.level <= deepest]
        if len(listed) <= MOST_IN_CONTENTS:
            break
    return listed


class _Builder:
    def __init__(self, course, site, with_api):
        self.course, self.site, self.with_api = course, site, with_api
        self.links = links.Links(course)
        self.lessons = curriculum.read(self.read(links.INDEX))
        self.entries = []
        beside = [(name, links.page_of(path)) for name, path in TEXTS.items()]
        if with_api:
            beside.append(("The library", f"{rustdoc.FOLDER}/lesson_lib/index.html"))
        title = re.match(r"# ([^,\n]+)", self.read(README))[1]
        self.pages = Pages(site, site_title=title, lessons=self.lessons, beside=beside)

    def read(self, path):
        return (self.course / path).read_text(encoding="utf-8")

    def inline(self, text, source):
        return markdown.inline(text, self.links, source)

    def write_lessons(self):
        neighbours = [None, *self.lessons, None]
        for previous, lesson, following in zip(neighbours, self.lessons, neighbours[2:]):
            self.write_lesson(lesson, previous, following)

    def write_lesson(self, lesson, previous, following):
        notebook = nbformat.read(self.course / lesson.path, as_version=4)
        text = markdown.Page(self.links, lesson.path, markdown.jupyter_id)
        shown = cells.of_notebook(notebook, text)
        title = markdown.plain(text.headings[0].html)
        pictures = f"pictures/{lesson.stem}"
        self.write_pictures(shown, self.site / "notebooks" / pictures)
        self.entries += search.of_cells(lesson.page, title, shown)
        self.pages.write(
            lesson.page,
            "lesson",
            title=title,
            lesson=lesson,
            previous=previous,
            next=following,
            needs=self.inline(curriculum.with_links(lesson.needs, self.lessons), lesson.path),
            modules=[(module, self.page_of_module(module)) for module in lesson.modules],
            kernels=self.inline(lesson.kernels, lesson.path),
            cells=shown,
            pictures=f"{pictures}/",
            contents=contents(text.headings),
            formulas=any('class="formula' in cell.html for cell in shown),
        )

    def write_pictures(self, shown, folder):
        folder.mkdir(parents=True)
        for output in (output for cell in shown for output in cell.outputs if output.picture):
            (folder / output.picture.name).write_bytes(output.picture.content)

    def page_of_module(self, module):
        if self.with_api:
            return rustdoc.page(self.site, module)
        source = rustdoc.source_of(self.course, module)
        self.links.address(source, "")
        return links.page_of(source)

    def write_index(self):
        def in_the_table(text):
            return self.inline(text, links.INDEX)

        lessons = self.lessons
        about = {lesson.number: in_the_table(lesson.about) for lesson in lessons}
        needs = {
            lesson.number: in_the_table(curriculum.with_links(lesson.needs, lessons)) for lesson in lessons
        }
        # What the course is stands in the README before its first picture.
        introduction = self.read(README).split("![")[0]
        text = markdown.Page(self.links, links.INDEX, markdown.github_id)
        self.pages.write(
            "index.html",
            "index",
            title=self.pages.shared["site_title"],
            introduction=text.render(introduction),
            hours=round(sum(lesson.minutes for lesson in lessons) / 60),
            drawing=prerequisites.draw(lessons),
            box_width=prerequisites.BOX_WIDTH,
            box_height=prerequisites.BOX_HEIGHT,
            line=prerequisites.LINE,
            about=about,
            needs=needs,
        )

    def write_what_is_linked(self):
        """A page for each file that some page links to, until no new one comes up."""
        written = {links.INDEX, *(lesson.path for lesson in self.lessons)}
        self.links.found += TEXTS.values()
        for path in self.links.found:  # it grows while it is read
            if path not in written:
                written.add(path)
                self.write_linked(path)

    def write_linked(self, path):
        if (self.course / path).is_dir():
            self.write_folder(path)
        elif path.endswith(links.PICTURES):
            target = self.site / links.page_of(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.course / path, target)
        elif path.endswith(".md"):
            self.write_text(path, self.read(path))
        else:
            documentation = rustdoc.page_of_source(self.site, path) if self.with_api else None
            text = code.of_file(self.read(path), path)
            self.pages.write(
                links.page_of(path), "source", title=path, text=text, documentation=documentation
            )

    def write_folder(self, path):
        """A list of what lies in a folder."""
        names = sorted(entry.name for entry in (self.course / path).iterdir())
        folder = path.rsplit("/", 1)[-1]
        lines = [f"- [{name}]({folder}/{name})" for name in names if not name.endswith(links.PICTURES)]
        self.write_text(path, "\n".join([f"# {path}\n", *lines]))

    def write_text(self, path, text):
        page = markdown.Page(self.links, path, markdown.github_id)
        made = page.render(text)
        title = markdown.plain(page.headings[0].html)
        self.entries.append(search.of_text(links.page_of(path), title, made))
        self.pages.write(
            links.page_of(path),
            "text",
            title=title,
            text=made,
            contents=contents(page.headings),
            formulas='class="formula' in made,
        )
