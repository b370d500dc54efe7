"""How fast PyTorch, and cuBLAS below it, multiply matrices and copy memory on this GPU.

Each number is the median of device times between two events, after a warm-up, on random data.
"""

import statistics
import sys

try:
    import torch
except ImportError:
    print("PyTorch is not here")
    sys.exit(77)

SQUARES = (512, 1024, 2048, 4096)
SKINNY = (50_000, 784, 10)
REPEATS = 20


def microseconds(work):
    for _ in range(3):
        work()
    times = []
    for _ in range(REPEATS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        torch.cuda._sleep(40_000)  # the launch itself is not to be measured
        start.record()
        work()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end) * 1e3)
    return statistics.median(times)


def product(m, k, n, dtype):
    a = torch.randn(m, k, device="cuda").to(dtype)
    b = torch.randn(k, n, device="cuda").to(dtype)
    c = torch.empty(m, n, device="cuda", dtype=dtype)
    return microseconds(lambda: torch.matmul(a, b, out=c))


def copy_bandwidth(bytes_copied=4 << 30):
    source = torch.randint(0, 256, (bytes_copied,), dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    return 2 * bytes_copied / microseconds(lambda: target.copy_(source)) / 1e6


def main():
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.manual_seed(0)
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}")
    print(f"copy: {copy_bandwidth():.2f} TB/s, read and written")
    print(f"{'(m, k, n)':22}{'type':10}{'µs':>10}{'TFLOP/s':>10}")
    for shape in [(n, n, n) for n in SQUARES] + [SKINNY]:
        for name, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16)):
            m, k, n = shape
            time = product(m, k, n, dtype)
            print(f"{str(shape):22}{name:10}{time:10.1f}{2 * m * k * n / time / 1e6:10.2f}")


if __name__ == "__main__":
    main()
