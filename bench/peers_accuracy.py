"""The rounding errors of NumPy's long sums, for lesson_lib/benches/accuracy.rs.

    python peers_accuracy.py numpy

A case is an equation and the shapes of its operands: `ij,ik->jk 10000000x2 10000000x3`. The answer
is the largest relative error of the result in single precision.
"""

import sys

# What somebody would write who has NumPy: its products and sums, by BLAS where there is one.
WAYS = {
    "i->": lambda np, x: x.sum(),
    "ij->j": lambda np, x: x.sum(0),
    "ji->j": lambda np, x: x.sum(1),
    "i,i->": lambda np, x, y: x @ y,
    "ij,i->j": lambda np, x, y: x.T @ y,
    "ji,i->j": lambda np, x, y: x @ y,
    "ij,ik->jk": lambda np, x, y: x.T @ y,
    "ji,ki->jk": lambda np, x, y: x @ y.T,
}


def error(np, equation, arrays):
    way = WAYS.get(equation, lambda np, *arrays: np.einsum(equation, *arrays, optimize=True))
    exact = np.einsum(equation, *(array.astype("float64") for array in arrays), optimize=True)
    return np.max(np.abs(way(np, *arrays) / exact - 1))


def main():
    try:
        import numpy as np
    except ImportError as missing:
        sys.exit(f"{sys.argv[1]} is left out: {missing}")
    print(f"numpy {np.__version__}", flush=True)
    generator = np.random.default_rng(0)
    for request in sys.stdin:
        _, equation, *shapes = request.split()
        sizes = [[int(size) for size in shape.split("x")] for shape in shapes]
        arrays = [generator.random(size, dtype="float32") for size in sizes]
        print(error(np, equation, arrays), flush=True)


if __name__ == "__main__":
    main()
