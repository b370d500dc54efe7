/// One iteration of k-means: the nearest centroid of each row of `x: (n, d)`, and the new centroids
/// `(k, d)`.
fn plain_iteration(x: &Array2<f64>, centroids: &Array2<f64>) -> (Vec<usize>, Array2<f64>) {
    let squared = |row: ArrayView1<f64>, c: usize| {
        let difference = &row - &centroids.row(c);
        difference.dot(&difference)
    };
    let nearest = |row| (0..centroids.nrows()).min_by(|&a, &b| squared(row, a).total_cmp(&squared(row, b)));
    let labels: Vec<usize> = x.rows().into_iter().filter_map(nearest).collect();
    let mut means = centroids.clone();
    for (c, mut mean) in means.rows_mut().into_iter().enumerate() {
        let members: Vec<usize> = (0..x.nrows()).filter(|&i| labels[i] == c).collect();
        if let Some(of_members) = x.select(Axis(0), &members).mean_axis(Axis(0)) {
            mean.assign(&of_members);
        }
    }
    (labels, means)
}
