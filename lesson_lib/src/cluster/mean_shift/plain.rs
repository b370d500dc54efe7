/// Moves each row of `x: (n, d)` once; the rows of a batch all see what stood there before it.
fn plain_iteration(x: &mut Array2<f64>, weight: Weight, batch: usize, step: f64) {
    let n = x.nrows();
    for first in (0..n).step_by(batch) {
        let seen = x.clone();
        for i in first..n.min(first + batch) {
            let (mut sum, mut weighted) = (0.0, Array1::zeros(x.ncols()));
            for other in seen.rows() {
                let difference = &other - &seen.row(i);
                let w = weight.at(difference.dot(&difference).sqrt());
                sum += w;
                weighted.scaled_add(w, &other);
            }
            let mean = weighted / sum;
            x.row_mut(i).scaled_add(step, &(mean - seen.row(i)));
        }
    }
}
