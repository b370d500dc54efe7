"""Times numpy, PyTorch and opt_einsum on the expressions of lesson_lib's einsum benchmark.

Prints one JSON object: {name: {peer: milliseconds}}, the minimum over batches of repeats. Run with
the same number of threads as the benchmark, e.g.

    OMP_NUM_THREADS=2 python bench/peers_einsum.py > peers.json
    RUSTFLAGS="-C target-cpu=native" GLIBC_TUNABLES=glibc.malloc.hugetlb=1 RAYON_NUM_THREADS=2 \\
        cargo bench -p lesson_lib --bench einsum -- "$PWD/peers.json"
"""

import json
import time

import numpy as np
import opt_einsum
import torch

CASES = {
    "row dots 1500x2": ("ij,ij->i", [(1500, 2), (1500, 2)]),
    "row dots 100000x64": ("ij,ij->i", [(100000, 64), (100000, 64)]),
    "matrix product 512": ("ik,kj->ij", [(512, 512), (512, 512)]),
    "batch of 64 products 64": ("bij,bjk->bik", [(64, 64, 64), (64, 64, 64)]),
    "weighted product 256": ("ij,jj,jl->il", [(256, 256)] * 3),
    "transpose 128^3": ("ijk->kij", [(128, 128, 128)]),
    "column sums 2000": ("ij->j", [(2000, 2000)]),
    "outer product 2000": ("i,j->ij", [(2000,), (2000,)]),
    "attention 8x8x128x64": ("bhqd,bhkd->bhqk", [(8, 8, 128, 64), (8, 8, 128, 64)]),
    "chain of four 64": ("ab,bc,cd,de->ae", [(64, 64)] * 4),
    "chain of four 256": ("ab,bc,cd,de->ae", [(256, 256)] * 4),
    "lesson 5x784x10": ("ik,kj->ij", [(5, 784), (784, 10)]),
    "mean shift 1500": ("ij,jk->ik", [(1500, 1500), (1500, 2)]),
    "matrix vector 2000": ("ij,j->i", [(2000, 2000), (2000,)]),
    "row sums 2000": ("ij->i", [(2000, 2000)]),
    "column means 1e6x2": ("ij->j", [(1000000, 2)]),
}


def best_ms(call):
    """The fastest batch mean; a batch lasts about 5 ms."""
    call()
    start = time.perf_counter()
    call()
    once = time.perf_counter() - start
    repeats = max(1, int(5e-3 / max(once, 1e-7)))
    best = float("inf")
    for _ in range(100):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        best = min(best, (time.perf_counter() - start) / repeats)
    return best * 1e3


def numpy_einsum(equation, arrays):
    result = np.einsum(equation, *arrays, optimize=len(arrays) > 1)
    # A view is no work: the others copy the transpose, so numpy does too.
    return result.copy() if result.base is not None else result


def measure(equation, shapes):
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]
    tensors = [torch.from_numpy(array) for array in arrays]
    path = opt_einsum.contract_expression(equation, *shapes)
    times = {
        "numpy": best_ms(lambda: numpy_einsum(equation, arrays)),
        "numpy plain": best_ms(lambda: np.einsum(equation, *arrays).copy())
        if len(arrays) <= 2
        else None,
        "torch": best_ms(lambda: torch.einsum(equation, *tensors).contiguous()),
        "opt_einsum": best_ms(lambda: path(*arrays).copy()),
    }
    return {peer: ms for peer, ms in times.items() if ms is not None}


if __name__ == "__main__":
    print(json.dumps({name: measure(*case) for name, case in CASES.items()}, indent=1))
