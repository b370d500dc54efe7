/// The rows of `x: (n, d)` within `radius` of a point.
fn plain_within(x: &Array2<f64>, from: ArrayView1<f64>, radius: f64) -> Vec<usize> {
    let squared = |row: usize| squared_distance(x.row(row), from);
    (0..x.nrows()).filter(|&row| squared(row) <= radius * radius).collect()
}

/// The `k` rows of `x: (n, d)` nearest to a point, the nearest first.
fn plain_nearest(x: &Array2<f64>, from: ArrayView1<f64>, k: usize) -> Vec<usize> {
    let squared = |row: usize| squared_distance(x.row(row), from);
    let mut rows: Vec<usize> = (0..x.nrows()).collect();
    rows.sort_by(|&a, &b| squared(a).total_cmp(&squared(b)));
    rows.truncate(k);
    rows
}

fn squared_distance(a: ArrayView1<f64>, b: ArrayView1<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
