"""einsum by numpy, PyTorch or opt_einsum, for lesson_lib/benches/einsum.rs.

    python peers_einsum.py numpy|torch|opt_einsum

A case is an equation and the shapes of its operands: `ij,ij->i 1500x2 1500x2`. Views are copied,
so that every program writes its result.
"""

import os
import sys

from worker import serve


def numpy_peer():
    import numpy as np

    def prepare(equation, arrays):
        optimize = len(arrays) > 1

        def run():
            result = np.einsum(equation, *arrays, optimize=optimize)
            return result.copy() if result.base is not None else result

        return run

    return f"numpy {np.__version__}", prepare


def torch_peer():
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

    def prepare(equation, arrays):
        tensors = [torch.from_numpy(array) for array in arrays]
        return lambda: torch.einsum(equation, *tensors).contiguous()

    return f"PyTorch {torch.__version__}", prepare


def opt_einsum_peer():
    import opt_einsum

    def prepare(equation, arrays):
        path = opt_einsum.contract_expression(equation, *(array.shape for array in arrays))
        return lambda: path(*arrays).copy() if len(arrays) == 1 else path(*arrays)

    return f"opt_einsum {opt_einsum.__version__}", prepare


PEERS = {"numpy": numpy_peer, "torch": torch_peer, "opt_einsum": opt_einsum_peer}


def main():
    try:
        import numpy as np

        name, prepare = PEERS[sys.argv[1]]()
    except ImportError as error:
        sys.exit(f"{sys.argv[1]} is left out: {error}")
    generator = np.random.default_rng(0)

    def operand(shape):
        return generator.random([int(size) for size in shape.split("x")], dtype="float32") - 0.5

    def of_case(case):
        equation, *shapes = case.split()
        return prepare(equation, [operand(shape) for shape in shapes])

    serve(name, of_case)


if __name__ == "__main__":
    main()
