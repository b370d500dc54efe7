"""The points of a case, from the file that lesson_lib/benches/harness/points.rs wrote."""


def read(np, path, d):
    """`(n, d)` in single precision."""
    return np.fromfile(path, dtype="<f4").reshape(-1, d)
