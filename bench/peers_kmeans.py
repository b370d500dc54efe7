"""k-means by scikit-learn, numba or PyTorch, for lesson_lib/benches/kmeans.rs.

    python peers_kmeans.py sklearn|numba|torch|torch_cuda

A case is `version type n d k iterations`; see the benchmark. The points are uniform in a cube, and the
centroids start at the first k of them.
"""

import os
import sys
import warnings

from worker import serve

THREADS = int(os.environ["OMP_NUM_THREADS"])


def points(np, kind, n, d):
    """Uniform in a cube 70 wide: without clouds to find, no program is done early."""
    data = np.random.default_rng(42).random((n, d)) * 70 - 35
    return data.astype({"f32": "float32", "f64": "float64"}[kind])


def sklearn_peer(np):
    import sklearn
    from sklearn.cluster import KMeans

    def prepare(data, k, iterations):
        settings = KMeans(
            k, init=data[:k].copy(), n_init=1, max_iter=iterations, tol=0, algorithm="lloyd"
        )

        def run():
            settings.fit(data)
            assert settings.n_iter_ == iterations, "it converged"

        return run

    return f"scikit-learn {sklearn.__version__}", prepare


def numba_peer(np):
    import numba

    numba.set_num_threads(THREADS)

    @numba.njit(fastmath=True, parallel=True)
    def iterate(x, centroids, labels, sums, counts):
        n, d = x.shape
        k = len(centroids)
        sums[:] = 0
        counts[:] = 0
        parts = len(sums)
        for part in numba.prange(parts):
            for i in range(part * n // parts, (part + 1) * n // parts):
                best, nearest = np.inf, 0
                for c in range(k):
                    squared = x.dtype.type(0)
                    for j in range(d):
                        squared += (x[i, j] - centroids[c, j]) ** 2
                    if squared < best:
                        best, nearest = squared, c
                labels[i] = nearest
                counts[part, nearest] += 1
                for j in range(d):
                    sums[part, nearest, j] += x[i, j]
        for c in range(k):
            count = counts[:, c].sum()
            if count > 0:
                for j in range(d):
                    centroids[c, j] = sums[:, c, j].sum() / count

    def prepare(data, k, iterations):
        n, d = data.shape
        labels = np.zeros(n, np.int32)
        sums, counts = np.zeros((THREADS, k, d)), np.zeros((THREADS, k), np.int64)

        def run():
            centroids = data[:k].copy()
            for _ in range(iterations):
                iterate(data, centroids, labels, sums, counts)
            return centroids, labels

        return run

    return f"numba {numba.__version__}", prepare


def torch_peer(np, device="cpu"):
    import torch

    torch.set_num_threads(THREADS)
    if device == "cuda" and not torch.cuda.is_available():
        raise ImportError("PyTorch sees no GPU")

    def iterate(points, centroids):
        labels = torch.cdist(points, centroids).argmin(1)
        sums = torch.zeros_like(centroids).index_add_(0, labels, points)
        counts = torch.bincount(labels, minlength=len(centroids))
        return torch.where(counts[:, None] > 0, sums / counts[:, None], centroids), labels

    def prepare(data, k, iterations):
        data = torch.from_numpy(data)

        def run():
            points = data.to(device)
            centroids = points[:k].clone()
            for _ in range(iterations):
                centroids, labels = iterate(points, centroids)
            return centroids.cpu(), labels.cpu()

        return run

    where = "" if device == "cpu" else f" on {torch.cuda.get_device_name()}"
    return f"PyTorch {torch.__version__}{where}", prepare


PEERS = {
    "sklearn": sklearn_peer,
    "numba": numba_peer,
    "torch": torch_peer,
    "torch_cuda": lambda np: torch_peer(np, "cuda"),
}


def main():
    try:
        import numpy as np

        warnings.simplefilter("ignore")  # that it has not converged
        name, prepare = PEERS[sys.argv[1]](np)
    except ImportError as error:
        sys.exit(f"{sys.argv[1]} is left out: {error}")

    def of_case(case):
        _, kind, *sizes = case.split()
        n, d, k, iterations = map(int, sizes)
        return prepare(points(np, kind, n, d), k, iterations)

    serve(name, of_case)


if __name__ == "__main__":
    main()
