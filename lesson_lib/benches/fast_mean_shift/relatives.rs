//! Two faster relatives of mean shift, which cut space into cells and are content with their means.

use lesson_lib::ndarray::{Array1, Array2};
use std::collections::HashMap;

type CellOf = [i64; 2];

/// What is in a cell.
#[derive(Clone, Copy, Default)]
struct Contents {
    count: f64,
    sum: [f64; 2],
}

fn cell_of(point: [f64; 2], side: f64) -> CellOf {
    point.map(|coordinate| (coordinate / side).floor() as i64)
}

/// The mean of what is in the 3 × 3 cells around one.
fn mean_around(cells: &HashMap<CellOf, Contents>, [i, j]: CellOf) -> [f64; 2] {
    let mut all = Contents::default();
    for near in (-1..=1).flat_map(|di| (-1..=1).map(move |dj| [i + di, j + dj])) {
        if let Some(contents) = cells.get(&near) {
            all.count += contents.count;
            all.sum = [0, 1].map(|k| all.sum[k] + contents.sum[k]);
        }
    }
    all.sum.map(|sum| sum / all.count)
}

/// MeanShift++: every point moves to the mean of the points in the 3 × 3 cells around its own.
pub fn mean_shift_pp(x: &Array2<f32>, side: f64, iterations: usize) -> Array1<usize> {
    let mut points: Vec<[f64; 2]> =
        x.rows().into_iter().map(|row| [row[0].into(), row[1].into()]).collect();
    for _ in 0..iterations {
        let mut cells = HashMap::<CellOf, Contents>::new();
        for &point in &points {
            let contents = cells.entry(cell_of(point, side)).or_default();
            contents.count += 1.0;
            contents.sum = [0, 1].map(|k| contents.sum[k] + point[k]);
        }
        let mut moved = 0.0_f64;
        for point in &mut points {
            let mean = mean_around(&cells, cell_of(*point, side));
            moved = moved.max((mean[0] - point[0]).hypot(mean[1] - point[1]));
            *point = mean;
        }
        if moved <= 1e-3 * side {
            break;
        }
    }
    numbered(points.into_iter().map(|point| cell_of(point, side)))
}

/// GridShift: every occupied cell moves to the mean of the 3 × 3 cells around it; cells that meet are
/// one from then on.
pub fn grid_shift(x: &Array2<f32>, side: f64, iterations: usize) -> Array1<usize> {
    let mut cells = HashMap::<CellOf, Contents>::new();
    // Which of the first cells each point is in, and where these have moved to.
    let firsts: Vec<CellOf> =
        x.rows().into_iter().map(|row| cell_of([row[0].into(), row[1].into()], side)).collect();
    for (row, &cell) in x.rows().into_iter().zip(&firsts) {
        let contents = cells.entry(cell).or_default();
        contents.count += 1.0;
        contents.sum = [0, 1].map(|k| contents.sum[k] + f64::from(row[k]));
    }
    let mut now: HashMap<CellOf, CellOf> = cells.keys().map(|&cell| (cell, cell)).collect();
    for _ in 0..iterations {
        let means: HashMap<CellOf, [f64; 2]> =
            cells.keys().map(|&cell| (cell, mean_around(&cells, cell))).collect();
        let mut moved = HashMap::<CellOf, Contents>::new();
        for (cell, contents) in &cells {
            let mean = means[cell];
            let to = moved.entry(cell_of(mean, side)).or_default();
            to.count += contents.count;
            to.sum = [0, 1].map(|k| to.sum[k] + contents.count * mean[k]);
        }
        let rests = means.iter().all(|(cell, &mean)| cell_of(mean, side) == *cell);
        now.values_mut().for_each(|cell| *cell = cell_of(means[cell], side));
        cells = moved;
        if rests {
            break;
        }
    }
    numbered(firsts.into_iter().map(|cell| now[&cell]))
}

/// The numbers of the clusters: points in cells that touch are in the same one.
fn numbered(cells: impl Iterator<Item = CellOf> + Clone) -> Array1<usize> {
    let mut label_of: HashMap<CellOf, usize> = HashMap::new();
    let occupied: Vec<CellOf> = cells.clone().collect();
    let mut known: HashMap<CellOf, bool> = occupied.iter().map(|&cell| (cell, false)).collect();
    let mut labels = 0;
    for &start in &occupied {
        if std::mem::replace(known.get_mut(&start).expect("occupied"), true) {
            continue;
        }
        let mut open = vec![start];
        while let Some([i, j]) = open.pop() {
            label_of.insert([i, j], labels);
            for near in (-1..=1).flat_map(|di| (-1..=1).map(move |dj| [i + di, j + dj])) {
                if let Some(seen) = known.get_mut(&near).filter(|seen| !**seen) {
                    *seen = true;
                    open.push(near);
                }
            }
        }
        labels += 1;
    }
    cells.map(|cell| label_of[&cell]).collect()
}
