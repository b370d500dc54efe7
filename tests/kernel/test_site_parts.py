"""The parts of the site: the table of lessons, links, code, pictures, the map."""

import nbformat
import pytest
from course.site import cells, code, curriculum, links, markdown, prerequisites, search
from course.site.failure import NotBuilt

HEAD = "| notebook | about | minutes | needs | library | kernels |\n|---|---|---|---|---|---|\n"


def row(stem, needs, library="`plot`"):
    return f"| [{stem}]({stem}.ipynb) | something | 20 | {needs} | {library} | none |\n"


def lessons(*rows):
    return curriculum.read(HEAD + "".join(row(*one) for one in rows))


def test_a_row_is_read():
    needs = "01; 00 for section 12; a network"
    _, _, lesson = lessons(("00_a", "a little Rust"), ("01_b", "00"), ("02_c_d", needs))
    assert (lesson.number, lesson.short_title, lesson.minutes) == ("02", "c d", 20)
    assert (lesson.prerequisites, lesson.partial_prerequisites) == (["01"], ["00"])
    assert (lesson.modules, lesson.kernels) == (("plot",), "")
    assert lesson.page == "notebooks/02_c_d.html"


def test_a_need_leads_to_its_lesson():
    two = lessons(("00_a", "nothing"), ("01_b", "00 for section 12"))
    assert curriculum.with_links(two[1].needs, two) == "[00](00_a.ipynb) for section 12"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("Nothing.\n", "no table with the columns"),
        (HEAD + row("01_b", "00"), "01_b needs 00, which is no row"),
        (HEAD + row("00_a", "nothing").replace("20", "soon"), "no minutes"),
        (HEAD + row("00_a", "nothing").replace("(00_a", "(00_b"), "has no link"),
    ],
)
def test_a_wrong_table_is_refused(table, message):
    with pytest.raises(NotBuilt, match=message):
        curriculum.read(table)


@pytest.fixture
def course(tmp_path):
    for path in ("notebooks/00_a.ipynb", "notebooks/README.md", "docs/gpu.md", "kernels/x.cu", "docs/p.png"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("00_a.ipynb#What?", "00_a.html#What?"),
        ("../docs/gpu.md", "../docs/gpu.html"),
        ("../kernels/x.cu", "../kernels/x.cu.html"),
        ("../docs", "../docs.html"),
        ("../docs/p.png", "../docs/p.png"),
        ("README.md", "../index.html"),
        ("#here", "#here"),
        ("https://example.org/a.md", "https://example.org/a.md"),
    ],
)
def test_a_link_leads_to_the_page(course, link, address):
    assert links.Links(course).address(link, "notebooks/00_a.ipynb") == address


@pytest.mark.parametrize("link", ["01_b.ipynb", "../../outside.md"])
def test_a_link_to_nothing_is_refused(course, link):
    with pytest.raises(NotBuilt, match="notebooks/00_a.ipynb: the link to .* leads to no file"):
        links.Links(course).address(link, "notebooks/00_a.ipynb")


def test_what_is_linked_is_remembered_once(course):
    found = links.Links(course)
    found.rewrite('<a href="../docs/gpu.md">a</a> <a href="../docs/gpu.md#b">b</a>', "notebooks/00_a.ipynb")
    assert found.found == ["docs/gpu.md"]


def test_a_solution_is_cut_out_of_the_code():
    parts = code.parts("fn f() {\n    // BEGIN SOLUTION: add\n    1 + 1\n    // END SOLUTION\n}")
    texts = [(markdown.plain(part.html), part.is_solution) for part in parts]
    assert texts == [("fn f () { // Your turn: add", False), ("1 + 1", True), ("}", False)]


def test_each_line_of_a_token_over_several_lines_is_whole():
    for line in code.parts('let a = "b\nc";')[0].html.split("\n"):
        assert line.count("<span") == line.count("</span>")


def test_a_picture_without_a_description_is_refused():
    cell = nbformat.v4.new_code_cell("plot", id="a")
    cell.outputs = [nbformat.v4.new_output("display_data", data={"image/png": "", "text/plain": " "})]
    with pytest.raises(NotBuilt, match="cell a-0: its picture has no text/plain"):
        cells.outputs(cell)


def test_equal_headings_have_places_of_their_own(course):
    page = markdown.Page(links.Links(course), "notebooks/00_a.ipynb", markdown.jupyter_id)
    page.render("# A *b*\n\n## A b\n\n## A b")
    assert [heading.id for heading in page.headings] == ["A-b", "A-b~1", "A-b~2"]


def test_the_map_leaves_out_what_follows_from_other_needs():
    four = lessons(("00_a", "nothing"), ("01_b", "00"), ("02_c", "00, 01"), ("03_d", "00; 02 for section 3"))
    assert prerequisites.drawn_needs(four[2], four) == ["01"]
    # Section 3 says nothing of the other sections.
    assert prerequisites.drawn_needs(four[3], four) == ["00", "02"]


def test_the_map_has_a_box_for_each_lesson_and_none_overlaps():
    four = [(f"{k:02}_b", "00") for k in range(1, 5)]
    many = lessons(("00_a", "nothing"), *four, ("05_c", "04; 00 for it"))
    drawing = prerequisites.draw(many)
    assert [box.lesson for box in drawing.boxes] == many
    for k, box in enumerate(drawing.boxes):
        assert prerequisites.BOX_WIDTH / 2 <= box.x <= drawing.width - prerequisites.BOX_WIDTH / 2
        for other in drawing.boxes[:k]:
            assert box.y != other.y or abs(box.x - other.x) >= prerequisites.BOX_WIDTH
    assert len(drawing.arrows) == 5 and not any(arrow.is_partial for arrow in drawing.arrows)


def test_search_leaves_out_what_is_folded():
    words = search._words(
        cells.Cell("a", "exercise", parts=code.parts("// BEGIN SOLUTION\nsecret\n// END SOLUTION\nfn shown() {}"))
    )
    assert "shown" in words and "secret" not in words
