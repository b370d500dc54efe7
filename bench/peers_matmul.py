"""Matrix multiplication by PyTorch or numpy, for lesson_lib/benches/matmul.rs.

    python peers_matmul.py torch|numpy

A case is `version type m k n`; the type is f32, f64, or f32.t for a transposed first operand.
"""

import os
import sys

from worker import serve

DTYPES = {"f32": "float32", "f64": "float64"}


def torch_peer():
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

    def rand(m, n, dtype):
        return torch.rand(m, n, dtype=getattr(torch, dtype))

    return f"PyTorch {torch.__version__}", rand


def numpy_peer():
    import numpy

    generator = numpy.random.default_rng(42)

    def rand(m, n, dtype):
        return generator.random((m, n), dtype=dtype)

    return f"numpy {numpy.__version__}", rand


def main():
    try:
        name, rand = {"torch": torch_peer, "numpy": numpy_peer}[sys.argv[1]]()
    except ImportError as error:
        sys.exit(f"{sys.argv[1]} is left out: {error}")

    def prepare(case):
        version, kind, *sizes = case.split()
        if version != "parallel":
            return None
        m, k, n = map(int, sizes)
        dtype = DTYPES[kind.removesuffix(".t")]
        a = rand(k, m, dtype).T if kind.endswith(".t") else rand(m, k, dtype)
        b = rand(k, n, dtype)
        return lambda: a @ b

    serve(name, prepare)


if __name__ == "__main__":
    main()
