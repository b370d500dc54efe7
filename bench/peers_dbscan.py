"""DBSCAN by scikit-learn, for lesson_lib/benches/dbscan.rs.

    python peers_dbscan.py sklearn

A case is `eps min_points d path`; see the benchmark. The labels go to the file `path.labels`.
"""

import os
import sys

import points
from worker import serve


def main():
    try:
        import numpy as np
        import sklearn
        from sklearn.cluster import DBSCAN
    except ImportError as error:
        sys.exit(f"{sys.argv[1]} is left out: {error}")

    def of_case(case):
        eps, min_points, d, path = case.split()
        x = points.read(np, path, int(d))
        dbscan = DBSCAN(eps=float(eps), min_samples=int(min_points),
                        n_jobs=int(os.environ["OMP_NUM_THREADS"]))
        dbscan.fit(x).labels_.astype("<i8").tofile(path + ".labels")
        return lambda: dbscan.fit(x)

    serve(f"scikit-learn {sklearn.__version__}", of_case)


if __name__ == "__main__":
    main()
