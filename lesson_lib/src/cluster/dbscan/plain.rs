/// The cluster of each row of `x: (n, d)`, from 0; −1 for noise.
fn plain_dbscan(x: &Array2<f64>, eps: f64, min_points: usize) -> Vec<i64> {
    let squared = |i: usize, j: usize| -> f64 {
        x.row(i).iter().zip(x.row(j)).map(|(a, b)| (a - b) * (a - b)).sum()
    };
    let n = x.nrows();
    let neighbors = |i| -> Vec<usize> { (0..n).filter(|&j| squared(i, j) <= eps * eps).collect() };
    let (mut labels, mut clusters) = (vec![-1; n], 0);
    for first in 0..n {
        if labels[first] >= 0 || neighbors(first).len() < min_points {
            continue;
        }
        let mut reached = vec![first];
        while let Some(i) = reached.pop() {
            if labels[i] >= 0 {
                continue;
            }
            labels[i] = clusters;
            let near = neighbors(i);
            if near.len() >= min_points {
                reached.extend(near);
            }
        }
        clusters += 1;
    }
    labels
}
