"""Which lesson needs which, as a drawing with links.

Each lesson stands in a row below all that it needs, and arrows go from row to row: one that passes
a row has a place in it, so that no box lies over it. A need that follows from others is not drawn.
The drawing is narrow enough for a telephone.
"""

from dataclasses import dataclass

WIDTH, ROW, BOX_WIDTH, BOX_HEIGHT = 400, 88, 84, 56
PASSING = 0.3  # the room an arrow takes in a row that it passes, where a box takes 1
LINE = 13  # between two lines of a box


@dataclass(frozen=True)
class Box:
    """A lesson's place: the middle of its upper edge, and its name in short lines."""

    lesson: object
    x: float
    y: float
    lines: list


@dataclass(frozen=True)
class Arrow:
    """A need, as the path of a curve; partial where only some sections need it."""

    path: str
    is_partial: bool


@dataclass(frozen=True)
class Drawing:
    """Boxes and arrows, and how much room they take together."""

    boxes: list
    arrows: list
    height: float
    width: float = WIDTH


def draw(lessons):
    """The drawing of all lessons."""
    rows = _rows(lessons)
    needs = [(before, lesson) for lesson in lessons for before in drawn_needs(lesson, lessons)]
    places = _places(lessons, needs, rows)
    boxes = [
        Box(lesson, places[lesson.number], rows[lesson.number] * ROW + 1, _lines(lesson.short_title))
        for lesson in lessons
    ]
    arrows = [_arrow(before, lesson, rows, places) for before, lesson in needs]
    return Drawing(boxes, arrows, max(rows.values()) * ROW + BOX_HEIGHT + 2)


def drawn_needs(lesson, lessons):
    """What it needs and no other need of it has needed already.

    What some sections need implies nothing for the others.
    """
    by_number = {lesson.number: lesson for lesson in lessons}

    def implied(numbers):
        found = set()
        for number in numbers:
            firm = by_number[number].prerequisites
            found |= {*firm, *implied(firm)}
        return found

    firm, partial = lesson.prerequisites, lesson.partial_prerequisites
    drawn = [number for number in firm if number not in implied(firm)]
    known = {*firm, *implied([*firm, *partial])}
    return drawn + [number for number in partial if number not in known]


def _rows(lessons):
    """The row of each lesson; what it needs stands before it in the table, too."""
    rows = {}
    for lesson in lessons:
        needs = [*lesson.prerequisites, *lesson.partial_prerequisites]
        rows[lesson.number] = 1 + max((rows[before] for before in needs), default=-1)
    return rows


def _places(lessons, needs, rows):
    """How far right each box is, by its number, and each passing arrow, by its ends and row."""
    places = {}
    for row in range(max(rows.values()) + 1):
        above = {
            lesson.number: [_key(before, lesson, row - 1, rows) for before, after in needs if after == lesson]
            for lesson in lessons
            if rows[lesson.number] == row
        }
        passing = [need for need in needs if rows[need[0]] < row < rows[need[1].number]]
        above |= {_key(*need, row, rows): [_key(*need, row - 1, rows)] for need in passing}
        means = {key: _mean([places[one] for one in keys]) for key, keys in above.items()}
        places |= _spread(sorted(means, key=means.get))
    return places


def _key(before, lesson, row, rows):
    """What stands for the need in `row`: the box it starts from, or the arrow that passes."""
    return before if rows[before] == row else (before, lesson.number, row)


def _mean(places):
    return sum(places) / len(places) if places else WIDTH / 2


def _spread(keys):
    """Places over the whole width, in this order."""
    sizes = [1 if isinstance(key, str) else PASSING for key in keys]
    pitch = WIDTH / sum(sizes)
    return {key: pitch * (sum(sizes[:k]) + sizes[k] / 2) for k, key in enumerate(keys)}


def _lines(title, longest=12):
    """The words of a title, as many to a line as fit."""
    lines = []
    for word in title.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _arrow(before, lesson, rows, places):
    x, row = places[before], rows[before]
    path = f"M{x:.1f} {row * ROW + BOX_HEIGHT}"
    for row in range(row + 1, rows[lesson.number] + 1):
        key = lesson.number if row == rows[lesson.number] else (before, lesson.number, row)
        top, bottom, to = row * ROW - ROW + BOX_HEIGHT, row * ROW, places[key]
        middle = (top + bottom) / 2
        path += f"C{x:.1f} {middle} {to:.1f} {middle} {to:.1f} {bottom}"
        if row < rows[lesson.number]:
            path += f"V{bottom + BOX_HEIGHT}"
        x = to
    return Arrow(path, before in lesson.partial_prerequisites)
