"""Writes print_cases.json: arrays with the text that PyTorch prints for them.

Run with a Python that has torch: python tests/data/print_cases.py
The text is that of torch's own `_tensor_str` with no indentation: everything but `tensor(…)`.
"""

import json
import math
from pathlib import Path

import torch
from torch._tensor_str import _tensor_str

NAN, INF = math.nan, math.inf
LESSON = dict(precision=3, linewidth=140, sci_mode=False)
F32, F64, I64, U8, BOOL = torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool
generator = torch.Generator().manual_seed(42)


def normal(*shape, scale=1.0, dtype=F32):
    return torch.randn(*shape, generator=generator, dtype=dtype) * scale


def floats(values, dtype=F32):
    return torch.tensor(values, dtype=dtype)


def integers(low, high, *shape, dtype=I64):
    return torch.randint(low, high, shape, generator=generator, dtype=dtype)


def cases():
    # No dimension, no elements, one element.
    for value in [3.14159, 2.0, -0.0, 1e-5, 1e9, NAN, -INF]:
        yield floats(value), {}
    yield torch.tensor(7), {}
    yield torch.tensor(True), {}
    for shape in [(0,), (0, 5), (5, 0), (2, 0, 3)]:
        yield torch.zeros(shape), {}
    yield floats([[[1.5]]]), {}
    # Whole numbers, zeros, signs.
    yield floats([1.0, 2.0, 3.0]), {}
    yield floats([0.0, 0.0]), {}
    yield floats([0.0, -0.0, 10.0]), {}
    yield floats([0.0, -0.0, 0.5]), {}
    yield floats([-1.0, 20.0, 300.0]), {}
    yield floats([[-1.5, 20.25], [300.125, 0.0]]), {}
    # Values that are not finite.
    yield floats([NAN, INF, -INF]), {}
    yield floats([NAN, 1.0, 2.0]), {}
    yield floats([NAN, 1.0, -INF, 0.25]), {}
    yield floats([NAN, 1e-7, INF, 0.25]), {}
    yield floats([INF, 1e9, 0.0]), {}
    # On both sides of the rules for scientific notation.
    yield floats([1.0, 1000.0]), {}
    yield floats([1.0, 1000.5]), {}
    yield floats([1.0, 1001.0]), {}
    yield floats([0.5, 500.0, 501.0]), {}
    yield floats([1e8, 5e7], F64), {}
    yield floats([1.00000001e8, 5e7], F64), {}
    yield floats([1e-4, 2e-4], F64), {}
    yield floats([9.9e-5, 2e-4], F64), {}
    yield floats([1e-4, 2e-4], F32), {}
    yield floats([1e-300, -1e300, 0.0], F64), {}
    yield floats([1e-45, 3.4028235e38], F32), {}
    yield floats([1e-5, 2.0]), dict(sci_mode=False)
    yield floats([1.0, 2.0]), dict(sci_mode=True)
    yield floats([1.5, -2.0, NAN, 0.0]), dict(sci_mode=True, precision=2)
    yield floats([1e10, 1.0]), dict(sci_mode=False)
    # Ties of the last digit, and precisions.
    yield floats([0.125, 0.375, 2.5, 0.5], F64), dict(precision=0)
    yield floats([0.125, 0.375, 2.5, 0.5], F64), dict(precision=2)
    yield floats([1.5, 1e6], F64), dict(precision=0)
    yield floats([0.1, 0.2], F32), dict(precision=12)
    yield floats([0.1, 0.2], F64), dict(precision=20)
    # Lines that break.
    yield normal(30), {}
    yield normal(30), dict(linewidth=40)
    yield normal(5), dict(linewidth=3)
    yield normal(3, 12), {}
    yield normal(2, 3, 12), dict(linewidth=60)
    yield torch.arange(100), {}
    yield torch.arange(200), dict(linewidth=120)
    # More dimensions.
    yield normal(2, 3, 4), {}
    yield normal(2, 2, 2, 2, scale=50.0), {}
    yield normal(1, 1, 3, 1, 2), {}
    # Long arrays cut to their edges.
    yield torch.arange(1000), {}
    yield torch.arange(1001), {}
    yield torch.arange(1200, dtype=F32).reshape(40, 30), {}
    yield normal(40, 30), {}
    yield normal(11, 10, 12), {}
    yield normal(5, 300), {}
    yield normal(300, 5), {}
    yield normal(600, 2), dict(edgeitems=1)
    yield normal(12), dict(threshold=5)
    yield normal(4, 4), dict(threshold=5, edgeitems=2)
    yield normal(5, 5), dict(threshold=5, edgeitems=2)
    yield normal(12), dict(threshold=5, edgeitems=0)
    yield normal(3, 4), dict(threshold=5, edgeitems=0)
    yield normal(40), dict(threshold=20, edgeitems=8, linewidth=50)
    yield floats([1.0] * 3 + [1e6] * 5 + [2.0] * 3), dict(threshold=5)
    # The lesson's own settings.
    yield normal(8, 2, scale=30.0), LESSON
    yield normal(5, 10, scale=9.0), LESSON
    yield normal(30, scale=1e-5), LESSON
    yield floats([1e-6, 1e6, NAN]), LESSON
    yield floats([10.0, 6.0, -4.0]), LESSON
    yield normal(1500, 2, scale=30.0), LESSON
    # Integers and truth values.
    yield integers(-1000, 1000, 4, 5), {}
    yield integers(0, 256, 3, 28, dtype=U8), {}
    yield torch.tensor([-(2**63), 2**63 - 1, 0]), {}
    yield normal(3, 3) > 0, {}
    yield normal(2000) > 0, {}


def value_text(value, dtype):
    # Nine digits are enough to give every float32 back.
    if dtype == F32:
        return f"{value:.9g}"
    return repr(value) if dtype == F64 else str(value).lower()


def record(tensor, options):
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**options)
    return {
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "options": options,
        "values": " ".join(value_text(value, tensor.dtype) for value in tensor.flatten().tolist()),
        "text": _tensor_str(tensor, 0),
    }


def main():
    records = [record(tensor, options) for tensor, options in cases()]
    lines = ",\n".join(json.dumps(item) for item in records)
    target = Path(__file__).with_name("print_cases.json")
    target.write_text(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')


main()
