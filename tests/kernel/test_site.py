"""The site: built from the committed notebooks, read from a folder, without a server or a network."""

import html.parser
import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import axe
import browser
import pytest
from course.site import build, curriculum, links, rustdoc

MOST_WORK = 60  # seconds of a processor for the whole site, cargo's part included
PATIENCE = 120_000  # milliseconds, for a machine that has other work
# Every kind of content is on one of these: formulas, tables, players, hints, exercises.
FOR_AXE = ["index.html", "README.html", "notebooks/09_dbscan.html", "notebooks/11_svd.html"]
NARROW = {"width": 400, "height": 800}

needs_chromium = pytest.mark.skipif(
    browser.chromium() is None, reason="no Chromium on this machine (Debian: apt install chromium)"
)


class Html(html.parser.HTMLParser):
    """The links, identifiers and pictures of a page, and its details that stand open."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.alts, self.open_details = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "img":
            self.alts.append(attributes.get("alt", ""))
        if tag == "details" and "open" in attributes:
            self.open_details.append(attributes)


@pytest.fixture(scope="module")
def built(places, tmp_path_factory):
    """The site's folder, and the seconds of a processor that it took."""
    folder = tmp_path_factory.mktemp("site") / "site"
    before = os.times()
    build.build(places, folder)
    return folder, sum(os.times()[:4]) - sum(before[:4])


@pytest.fixture(scope="module")
def site(built):
    return built[0]


@pytest.fixture(scope="module")
def pages(site):
    """Every page of ours, by its path. Those below api/ are cargo's."""
    files = [file for file in site.rglob("*.html") if rustdoc.FOLDER not in file.parts]
    return {str(file.relative_to(site)): Html(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="module")
def lessons(places):
    return curriculum.read((places.course / links.INDEX).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def chromium():
    with browser.reader() as opened:
        yield opened


@pytest.fixture
def visit(chromium, site):
    """Opens a page of the site; whatever it asks of a network fails the test."""
    asked, contexts = [], []

    def opened(path, **options):
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto((site / path).as_uri())
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def notebook_cells(places, lesson):
    return json.loads((places.course / lesson.path).read_text(encoding="utf-8"))["cells"]


def descriptions(places, lesson):
    """What the notebook says of each picture and animation, in order."""
    outputs = [output for cell in notebook_cells(places, lesson) for output in cell.get("outputs", [])]
    data = [output["data"] for output in outputs if "data" in output]
    pictures = [d for d in data if any(kind.startswith("image/") for kind in d)]
    return ["".join(d["text/plain"]) for d in pictures]


def test_it_is_built_in_less_than_a_minute(built, pages, lessons):
    _, seconds = built
    assert seconds < MOST_WORK
    assert {lesson.page for lesson in lessons} < set(pages)


def test_every_link_leads_to_a_file_and_a_place_in_it(site, pages):
    broken = []
    for page, content in pages.items():
        for link in content.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = os.path.normpath(Path(page).parent / unquote(parts.path)) if parts.path else page
            if not (site / target).exists():
                broken.append(f"{page}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                broken.append(f"{page}: no place {link}")
    assert broken == []


def test_without_the_documentation_a_module_leads_to_its_source(places, tmp_path):
    build.build(places, tmp_path / "site", with_api=False)
    page = tmp_path / "site" / "notebooks" / "06_mean_shift_device.html"
    sources = [link for link in Html(page.read_text(encoding="utf-8")).links if link.endswith(".rs.html")]
    assert "../lesson_lib/src/vmap.rs.html" in sources
    assert all((page.parent / source).exists() for source in sources)


def test_identifiers_are_unique(pages):
    twice = {page: [id for id in content.ids if content.ids.count(id) > 1] for page, content in pages.items()}
    assert {page: ids for page, ids in twice.items() if ids} == {}


def test_every_lesson_is_reached_from_the_index_and_from_its_neighbours(pages, lessons):
    for k, lesson in enumerate(lessons):
        assert pages["index.html"].links.count(lesson.page) >= 3, "list, graph and table"
        for neighbour in [*lessons[max(0, k - 1) : k], *lessons[k + 1 : k + 2]]:
            assert pages[lesson.page].links.count(f"{neighbour.stem}.html") >= 2


def test_every_picture_has_the_description_of_its_output(places, pages, lessons):
    for lesson in lessons:
        expected = descriptions(places, lesson)
        assert pages[lesson.page].alts == expected, lesson.stem
        assert all(len(alt) > 20 for alt in expected), lesson.stem


def test_hints_and_solutions_are_folded(places, site, pages, lessons):
    for lesson in lessons:
        cells = notebook_cells(places, lesson)
        sources = ["".join(cell["source"]) for cell in cells]
        solutions = sum(source.count("// BEGIN SOLUTION") for source in sources)
        text = (site / lesson.page).read_text(encoding="utf-8")
        assert text.count('<details class="solution">') == solutions, lesson.stem
        assert pages[lesson.page].open_details == [], lesson.stem
        assert "END SOLUTION" not in text
        reveals = sum("predict::reveal(" in source for source in sources)
        assert text.count('<details class="reveal">') == reveals, lesson.stem
        assert "predict::bet(" not in text, "a page takes no bets"
        hints = [s for c, s in zip(cells, sources) if c["metadata"].get("lesson", {}).get("role") == "hint"]
        assert all(hint.lstrip().startswith("<details>") for hint in hints), lesson.stem


@needs_chromium
def test_a_search_finds_a_word_of_the_fifth_lesson(visit):
    tab = visit("index.html")
    tab.get_by_role("searchbox").fill("bandwidth triangular")
    found = tab.locator(".results a[href*='05_mean_shift']").first
    found.wait_for()
    found.click()
    tab.wait_for_url("**/notebooks/05_mean_shift.html*")
    assert tab.title().startswith("05 ")


@needs_chromium
def test_a_search_without_a_result_says_so(visit):
    tab = visit("notebooks/05_mean_shift.html")
    tab.get_by_role("searchbox").fill("xylophone")
    tab.get_by_text("0 sections", exact=True).wait_for()


@needs_chromium
def test_a_player_plays(visit):
    tab = visit("notebooks/05_mean_shift.html")
    player = tab.locator(".lesson-player").first
    canvas = player.locator("canvas")
    canvas.wait_for()
    last = canvas.evaluate("canvas => canvas.toDataURL()")
    player.get_by_label("Play", exact=True).click()
    changed = "before => document.querySelector('.lesson-player canvas').toDataURL() !== before"
    tab.wait_for_function(changed, arg=last)
    player.get_by_label("Pause", exact=True).click()


@needs_chromium
def test_the_theme_is_the_systems_until_another_is_chosen(visit):
    tab = visit("index.html", color_scheme="dark")
    theme = "document.documentElement.dataset.theme"
    paper = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(theme) == "dark"
    dark = tab.evaluate(paper)
    tab.get_by_role("button", name="Dark").click()
    assert tab.evaluate(theme) == "light"
    assert tab.evaluate(paper) != dark
    tab.reload()
    assert tab.evaluate(theme) == "light", "it is remembered"


@needs_chromium
def test_code_is_copied_without_a_folded_solution(visit):
    tab = visit("notebooks/05_mean_shift.html")
    tab.evaluate("navigator.clipboard.writeText = text => { window.copied = text; }")
    code = tab.locator(".exercise .code").first
    copy = code.get_by_role("button", name="Copy this code")
    copy.click()
    skeleton = tab.evaluate("window.copied")
    assert "// Your turn: " in skeleton and "SOLUTION" not in skeleton
    solution = code.locator("details.solution")
    solution.locator("summary").click()
    copy.click()
    whole = tab.evaluate("window.copied")
    assert solution.locator("pre").text_content() in whole
    assert len(whole) > len(skeleton)


@needs_chromium
def test_the_keyboard_reaches_the_content_first(visit):
    tab = visit("notebooks/05_mean_shift.html")
    tab.keyboard.press("Tab")
    skip = tab.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert skip.bounding_box()["y"] >= 0, "it comes into view"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


@needs_chromium
def test_formulas_are_set_without_a_network(visit):
    tab = visit("notebooks/05_mean_shift.html")
    tab.locator(".formula mjx-container svg").first.wait_for()
    assert tab.locator(".formula").count() == tab.locator(".formula mjx-container").count()


@needs_chromium
def test_no_page_moves_sideways_on_a_telephone(visit, site, pages):
    tab = visit("index.html", viewport=NARROW)
    wide = []
    for page in pages:
        tab.goto((site / page).as_uri(), wait_until="domcontentloaded")
        if (width := tab.evaluate("document.documentElement.scrollWidth")) > NARROW["width"]:
            wide.append(f"{page}: {width}")
    assert wide == []


@needs_chromium
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_grave(places, visit, theme):
    try:
        text = axe.script(places)
    except axe.NotFetched as reason:
        pytest.skip(str(reason))
    # By night only colours differ.
    rules = ["color-contrast"] if theme == "dark" else None
    found = {}
    for page in FOR_AXE:
        found[page] = axe.findings(visit(page, color_scheme=theme), text, rules)
    assert {page: problems for page, problems in found.items() if problems} == {}
