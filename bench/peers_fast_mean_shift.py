"""Mean shift by scikit-learn, for lesson_lib/benches/fast_mean_shift.

    python peers_fast_mean_shift.py sklearn|sklearn_binned

A case is `method flat:bandwidth iterations d path`; see the benchmark. The labels go to the file
`path.method.labels`.
"""

import os
import sys

import points
from worker import serve


def main():
    peer = sys.argv[1]
    try:
        import numpy as np
        import sklearn
        from sklearn.cluster import MeanShift
    except ImportError as error:
        sys.exit(f"{peer} is left out: {error}")

    def of_case(case):
        method, weight, iterations, d, path = case.split()
        name, _, bandwidth = weight.partition(":")
        if method != peer or name != "flat":
            return None
        x = points.read(np, path, int(d))
        shift = MeanShift(bandwidth=float(bandwidth), bin_seeding=peer == "sklearn_binned",
                          max_iter=int(iterations), n_jobs=int(os.environ["OMP_NUM_THREADS"]))
        labels = shift.fit(x).labels_
        labels.astype("<i8").tofile(f"{path}.{method}.labels")
        return lambda: shift.fit(x)

    serve(f"scikit-learn {sklearn.__version__}", of_case)


if __name__ == "__main__":
    main()
