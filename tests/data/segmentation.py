"""Writes segmentation.json: the regions that scikit-learn's mean shift finds in a small picture.

    python segmentation.py

Every pixel is a point: its colours, or its colours with its row and column, times `place`. The
picture is drawn here: six areas in five colours, with noise, whole numbers from 0 to 255. They are
far enough apart for every mean shift to find them, whether points climb over data that stays, as
scikit-learn's do, or the data moves.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import MeanShift

FOLDER = Path(__file__).parent
COLOURS = np.array([[200, 60, 40], [240, 220, 120], [40, 60, 90], [120, 180, 90], [230, 235, 240]])


def areas():
    """Two areas of the first colour, at opposite edges, and one of each other colour."""
    row, column = np.indices((18, 24))
    which = np.full((18, 24), 4)
    which[(row - 9) ** 2 + (column - 12) ** 2 < 20] = 1
    which[row < 4] = 2
    which[row > 13] = 3
    which[:, :4] = 0
    which[:, 20:] = 0
    noise = np.random.default_rng(3).normal(0, 8, (18, 24, 3))
    return np.clip(np.round(COLOURS[which] + noise), 0, 255).astype(int)


def pixels(picture, place):
    colours = picture.reshape(-1, 3) / 255
    if place == 0:
        return colours
    places = np.indices(picture.shape[:2]).reshape(2, -1).T
    return np.hstack([colours, place * places])


def answer(picture, bandwidth, place):
    labels = MeanShift(bandwidth=bandwidth).fit(pixels(picture, place)).labels_
    return {"bandwidth": bandwidth, "place": place, "labels": labels.tolist()}


def main():
    drawn = areas()
    answers = [answer(drawn, 0.2, 0), answer(drawn, 0.3, 0.03)]
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in answers)
    head = {"made_by": f"scikit-learn {sklearn.__version__}", "picture": drawn.tolist()}
    text = json.dumps(head, separators=(",", ":"))[:-1] + f',"cases":[\n{lines}\n]}}\n'
    (FOLDER / "segmentation.json").write_text(text)


if __name__ == "__main__":
    main()
