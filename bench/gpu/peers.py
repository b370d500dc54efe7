"""How fast PyTorch, and cuBLAS below it, multiply, copy memory, shift means, find k and neighbours on this GPU.

Each number is a median after a warm-up, on random data: of products, copies and iterations of k-means
the device's time between two events; of mean shift the time by the clock, copies to and from the GPU included.
"""

import statistics
import sys
import time

try:
    import torch
except ImportError:
    print("PyTorch is not here")
    sys.exit(77)

SQUARES = (512, 1024, 2048, 4096)
SKINNY = (50_000, 784, 10)
MEAN_SHIFT_SIZES = (1500, 10_000, 100_000)
KMEANS_SIZES = ((1500, 2, 6), (1_000_000, 2, 6), (10_000_000, 2, 6), (10_000_000, 2, 32),
                (1_000_000, 16, 16), (100_000, 64, 64))
NEIGHBORS_SIZES = (10_000, 100_000)
MOST_WEIGHTS = 1_000_000_000  # of a batch at a time: 4 GB
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


def mean_shift(points, bandwidth, iterations, rows):
    """Gaussian mean shift in batches of `rows`, each of which sees the batches before it moved."""
    points = points.cuda()
    for _ in range(iterations):
        for start in range(0, len(points), rows):
            batch = points[start : start + rows]
            weights = torch.exp(-0.5 * (torch.cdist(batch, points) / bandwidth) ** 2)
            points[start : start + rows] = weights @ points / weights.sum(1, keepdim=True)
    return points.cpu()


def milliseconds(work):
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
        if sum(times) > 2e3:
            break
    return statistics.median(times)


def clouds(n):
    """Six clouds in a square 70 wide, as in the benchmark of the kernels."""
    centroids = torch.rand(6, 2) * 70 - 35
    return centroids[torch.arange(n) * 6 // n] + torch.randn(n, 2) * 5**0.5


def mean_shift_table():
    print(f"{'mean shift, 5 iterations':26}{'rows of a batch':>18}{'ms':>10}")
    for n in MEAN_SHIFT_SIZES:
        points = clouds(n)
        for rows in (5, 64, 1024, 5000, n):
            if rows > n or n // rows > 2000 or rows * n > MOST_WEIGHTS:
                continue
            taken = milliseconds(lambda: mean_shift(points, 2.5, 5, rows))
            print(f"{n:<26}{rows:>18}{taken:10.2f}")


def kmeans_iteration(points, centroids):
    """The forum's version 3: all distances, their argmin, sums by scatter_add."""
    labels = torch.cdist(points, centroids).argmin(1)
    sums = torch.zeros_like(centroids).index_add_(0, labels, points)
    counts = torch.bincount(labels, minlength=len(centroids))
    return torch.where(counts[:, None] > 0, sums / counts[:, None], centroids)


def kmeans_table():
    print(f"{'k-means, (n, d), k':26}{'eager, µs':>18}{'torch.compile, µs':>20}")
    for n, d, k in KMEANS_SIZES:
        points = torch.rand(n, d, device="cuda") * 70 - 35
        centroids = points[:k].clone()
        taken = microseconds(lambda: kmeans_iteration(points, centroids))
        try:
            compiled = torch.compile(kmeans_iteration)
            shown = f"{microseconds(lambda: compiled(points, centroids)):20.1f}"
        except Exception as error:  # no compiler on this machine
            shown = f"{type(error).__name__:>20}"
        print(f"{f'({n}, {d}), {k}':26}{taken:18.1f}{shown}")


def nearest(points, k):
    """All distances of a batch of points, and the k shortest of each."""
    rows = MOST_WEIGHTS // len(points)
    return [torch.cdist(batch, points).topk(k, largest=False) for batch in points.split(rows)]


def neighbors_table():
    print(f"{'8 nearest of (n, 2)':26}{'ms':>18}")
    for n in NEIGHBORS_SIZES:
        points = torch.rand(n, 2, device="cuda") * n**0.5
        print(f"{n:<26}{microseconds(lambda: nearest(points, 8)) / 1e3:18.2f}")


def main():
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU")
    sys.stdout.reconfigure(line_buffering=True)  # what is stopped early has printed what it knows
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.manual_seed(0)
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}")
    print(f"copy: {copy_bandwidth():.2f} TB/s, read and written")
    print(f"{'(m, k, n)':22}{'type':10}{'µs':>10}{'TFLOP/s':>10}")
    for shape in [(n, n, n) for n in SQUARES] + [SKINNY]:
        for name, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16)):
            m, k, n = shape
            taken = product(m, k, n, dtype)
            print(f"{str(shape):22}{name:10}{taken:10.1f}{2 * m * k * n / taken / 1e6:10.2f}")
    mean_shift_table()
    kmeans_table()
    neighbors_table()


if __name__ == "__main__":
    main()
