"""Mean shift by PyTorch, numba or scikit-learn, for lesson_lib/benches/mean_shift.rs.

    python peers_mean_shift.py torch|torch_compiled|numba|sklearn

A case is `order type weight n d iterations`; see the benchmark. The points are six normal clouds
like the lesson's.
"""

import math
import os
import sys

from worker import serve

# What the lesson moves at a time where all rows could move at once.
LARGE_BATCH = 1250


def points(np, n, d, kind):
    generator = np.random.default_rng(42)
    centroids = generator.random((6, d)) * 70 - 35
    sizes = [n // 6 + (k < n % 6) for k in range(6)]
    clouds = [c + math.sqrt(5) * generator.normal(size=(size, d))
              for c, size in zip(centroids, sizes)]
    return np.concatenate(clouds).astype({"f32": "float32", "f64": "float64"}[kind])


def batch_of(order, n):
    """Rows that move together: 1 in place."""
    name, _, size = order.partition(":")
    return {"in_place": 1, "simultaneous": min(n, LARGE_BATCH), "batches": int(size or 0)}.get(name)


def torch_weights(torch):
    def gaussian(d, bw):
        return torch.exp(-0.5 * (d / bw) ** 2) / (bw * math.sqrt(2 * math.pi))

    def triangular(d, i):
        return (-d + i).clamp_min(0) / i

    return {"gaussian": gaussian, "triangular": triangular}


def torch_peer(np):
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    weights = torch_weights(torch)

    def in_place(data, weigh, width, iterations):
        x_all = data.clone()
        for _ in range(iterations):
            for i, x in enumerate(x_all):
                dist = torch.sqrt(((x - x_all) ** 2).sum(1))
                weight = weigh(dist, width)
                x_all[i] = (weight[:, None] * x_all).sum(0) / weight.sum()
        return x_all

    def in_batches(data, weigh, width, iterations, batch):
        x_all = data.clone()
        for _ in range(iterations):
            for i in range(0, len(data), batch):
                rows = slice(i, min(i + batch, len(data)))
                dist = (((x_all[None] - x_all[rows][:, None]) ** 2).sum(2)).sqrt()
                weight = weigh(dist, width)
                x_all[rows] = weight @ x_all / weight.sum(1, keepdim=True)
        return x_all

    def prepare(order, kind, weight, width, n, d, iterations):
        batch = batch_of(order, n)
        if batch is None:
            return None
        data, weigh = torch.from_numpy(points(np, n, d, kind)), weights[weight]
        if batch == 1:
            return lambda: in_place(data, weigh, width, iterations)
        return lambda: in_batches(data, weigh, width, iterations, batch)

    return f"PyTorch {torch.__version__}", prepare


def torch_compiled_peer(np):
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

    def gaussian(squared, width):
        return torch.exp(squared * (-0.5 / width**2))

    def triangular(squared, width):
        return (1 - squared.sqrt() / width).clamp_min(0)

    weights = {"gaussian": gaussian, "triangular": triangular}

    def prepare(order, kind, weight, width, n, d, iterations):
        batch, weigh = batch_of(order, n), weights[weight]
        if batch in (None, 1):
            return None

        # One coordinate after another, summed as they come: nothing of (n, n, d) is written.
        @torch.compile
        def step(rows, x_all):
            squared = sum((x_all[None, :, k] - rows[:, None, k]) ** 2 for k in range(d))
            w = weigh(squared, width)
            sums = [(w * x_all[None, :, k]).sum(1) for k in range(d)]
            return torch.stack(sums, 1) / w.sum(1, keepdim=True)

        def run():
            x_all = data.clone()
            for _ in range(iterations):
                for i in range(0, n, batch):
                    x_all[i : i + batch] = step(x_all[i : i + batch], x_all)
            return x_all

        data = torch.from_numpy(points(np, n, d, kind))
        return run

    return f"torch.compile {torch.__version__}", prepare


def numba_peer(np):
    import numba

    numba.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

    @numba.njit(fastmath=True)
    def moved(x_all, i, gaussian, width, out):
        n, d = x_all.shape
        total = x_all.dtype.type(0)
        sums = np.zeros(d, x_all.dtype)
        for j in range(n):
            squared = x_all.dtype.type(0)
            for k in range(d):
                squared += (x_all[j, k] - x_all[i, k]) ** 2
            if gaussian:
                w = np.exp(squared * x_all.dtype.type(-0.5) / (width * width))
            else:
                w = max(1 - np.sqrt(squared) / width, x_all.dtype.type(0))
            total += w
            for k in range(d):
                sums[k] += w * x_all[j, k]
        for k in range(d):
            out[k] = sums[k] / total

    @numba.njit(fastmath=True)
    def in_place(x_all, gaussian, width):
        out = np.zeros(x_all.shape[1], x_all.dtype)
        for i in range(len(x_all)):
            moved(x_all, i, gaussian, width, out)
            x_all[i] = out

    @numba.njit(fastmath=True, parallel=True)
    def together(x_all, first, gaussian, width, out):
        for i in numba.prange(len(out)):
            moved(x_all, first + i, gaussian, width, out[i])

    def prepare(order, kind, weight, width, n, d, iterations):
        batch = batch_of(order, n)
        if order == "simultaneous":
            batch = n
        if batch is None:
            return None
        data, gaussian = points(np, n, d, kind), weight == "gaussian"
        width = data.dtype.type(width)

        def run():
            x_all = data.copy()
            for _ in range(iterations):
                if batch == 1:
                    in_place(x_all, gaussian, width)
                    continue
                for i in range(0, n, batch):
                    out = np.empty_like(x_all[i : i + batch])
                    together(x_all, i, gaussian, width, out)
                    x_all[i : i + batch] = out
            return x_all

        return run

    return f"numba {numba.__version__}", prepare


def sklearn_peer(np):
    import sklearn
    from sklearn.cluster import MeanShift

    def prepare(order, kind, weight, width, n, d, iterations):
        if order != "sklearn":
            return None
        data = points(np, n, d, kind)
        return lambda: MeanShift(bandwidth=width, n_jobs=int(os.environ["OMP_NUM_THREADS"])).fit(data)

    return f"scikit-learn {sklearn.__version__}", prepare


PEERS = {"torch": torch_peer, "torch_compiled": torch_compiled_peer, "numba": numba_peer,
         "sklearn": sklearn_peer}


def main():
    try:
        import numpy as np

        name, prepare = PEERS[sys.argv[1]](np)
    except ImportError as error:
        sys.exit(f"{sys.argv[1]} is left out: {error}")

    def of_case(case):
        order, kind, weight, n, d, iterations = case.split()
        weight, _, width = weight.partition(":")
        return prepare(order, kind, weight, float(width), int(n), int(d), int(iterations))

    serve(name, of_case)


if __name__ == "__main__":
    main()
