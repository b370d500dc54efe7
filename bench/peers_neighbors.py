"""Neighbours by SciPy or scikit-learn, for lesson_lib/benches/neighbors.rs.

    python peers_neighbors.py scipy|sklearn

A case is `question d path`; see the benchmark. Each run builds the tree and asks it about all points.
"""

import os
import sys

import points
from worker import serve


def scipy_peer():
    import scipy
    from scipy.spatial import cKDTree

    workers = int(os.environ["OMP_NUM_THREADS"])

    def ask(question, number, x):
        return {
            "count": lambda: cKDTree(x).query_ball_point(x, number, workers=workers,
                                                         return_length=True),
            "list": lambda: cKDTree(x).query_ball_point(x, number, workers=workers),
            "nearest": lambda: cKDTree(x).query(x, int(number), workers=workers),
        }[question]

    return f"SciPy {scipy.__version__}", ask


def sklearn_peer():
    import sklearn
    from sklearn.neighbors import KDTree, NearestNeighbors

    n_jobs = int(os.environ["OMP_NUM_THREADS"])

    def ask(question, number, x):
        return {
            "count": lambda: KDTree(x).query_radius(x, number, count_only=True),
            "list": lambda: NearestNeighbors(radius=number, n_jobs=n_jobs).fit(x)
            .radius_neighbors(x, return_distance=False),
            "nearest": lambda: NearestNeighbors(n_neighbors=int(number), n_jobs=n_jobs).fit(x)
            .kneighbors(x),
        }[question]

    return f"scikit-learn {sklearn.__version__}", ask


PEERS = {"scipy": scipy_peer, "sklearn": sklearn_peer}


def main():
    try:
        import numpy as np

        name, ask = PEERS[sys.argv[1]]()
    except ImportError as error:
        sys.exit(f"{sys.argv[1]} is left out: {error}")

    def of_case(case):
        question, d, path = case.split()
        question, number = question.split(":")
        return ask(question, float(number), points.read(np, path, int(d)))

    serve(name, of_case)


if __name__ == "__main__":
    main()
