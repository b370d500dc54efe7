"""Writes dbscan.json: what scikit-learn's DBSCAN makes of some points.

    python dbscan.py

Coordinates are multiples of 1/64, so that they are the same numbers in the file, and many
distances are exactly `eps`. `lesson` are the points of data.csv.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import DBSCAN

FOLDER = Path(__file__).parent


def clouds(generator, n, d, spread):
    centers = generator.uniform(-spread, spread, (4, d))
    x = centers[generator.integers(0, 4, n)] + generator.normal(size=(n, d))
    return np.round(x * 64) / 64


def cases():
    generator = np.random.default_rng(12)
    for n, d, eps in [(120, 1, 0.125), (150, 2, 0.5), (150, 3, 1.0), (100, 5, 1.75), (80, 16, 4.5)]:
        yield f"clouds of {d} coordinates", clouds(generator, n, d, 4), eps, 4
    grid = generator.integers(0, 12, (120, 2)).astype(float)
    for min_points in (3, 4, 6):
        yield "whole numbers", grid, 1.0, min_points
    yield "few of many", clouds(generator, 150, 2, 4), 0.5, 12
    yield "every point is core", clouds(generator, 60, 2, 4), 0.75, 1


def answer(name, x, eps, min_points, with_points=True):
    found = DBSCAN(eps=eps, min_samples=min_points).fit(x)
    points = {"x": x.tolist()} if with_points else {}
    return {"name": name, "eps": eps, "min_points": min_points, "labels": found.labels_.tolist(),
            "core": found.core_sample_indices_.tolist(), **points}


def main():
    answers = [answer(*case) for case in cases()]
    lesson = np.loadtxt(FOLDER / "data.csv", delimiter=",", dtype=np.float32)
    for eps, min_points in [(1.0, 5), (1.5, 10), (0.5, 3)]:
        answers.append(answer("lesson", lesson, eps, min_points, with_points=False))
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in answers)
    text = f'{{"made_by":"scikit-learn {sklearn.__version__}","cases":[\n{lines}\n]}}\n'
    (FOLDER / "dbscan.json").write_text(text)


if __name__ == "__main__":
    main()
