//! The best matching of rows with columns.

use ndarray::{Array2, ArrayView2};

/// The largest sum of entries in different rows and different columns.
///
/// Rows are matched one after another along the shortest augmenting path, with prices that keep
/// the cost of every pair at or above 0. That takes O(rows² · columns), so the table is turned to
/// have no more rows than columns.
pub(super) fn most_matched(table: &Array2<f64>) -> f64 {
    let table = if table.nrows() > table.ncols() { table.t() } else { table.view() };
    let mut matching = Matching::new(table);
    for row in 0..table.nrows() {
        matching.add(row);
    }
    let pairs = matching.row_of.iter().enumerate();
    pairs.filter_map(|(column, row)| row.map(|row| table[[row, column]])).sum()
}

struct Matching<'a> {
    table: ArrayView2<'a, f64>,
    row_price: Vec<f64>,
    column_price: Vec<f64>,
    /// The row that each column is matched with.
    row_of: Vec<Option<usize>>,
}

impl<'a> Matching<'a> {
    fn new(table: ArrayView2<'a, f64>) -> Self {
        let (rows, columns) = table.dim();
        Self {
            table,
            row_price: vec![0.0; rows],
            column_price: vec![0.0; columns],
            row_of: vec![None; columns],
        }
    }

    /// What a pair costs beyond its prices; a pair earns its entry, so its cost is negative.
    fn reduced_cost(&self, row: usize, column: usize) -> f64 {
        -self.table[[row, column]] - self.row_price[row] - self.column_price[column]
    }

    /// Matches one more row, moving others where that costs least (Dijkstra's search).
    fn add(&mut self, row: usize) {
        let columns = self.table.ncols();
        let mut distance = vec![f64::INFINITY; columns];
        let mut before: Vec<Option<usize>> = vec![None; columns];
        let mut settled = vec![false; columns];
        let (mut at_row, mut from, mut least) = (row, None, 0.0);
        let end = loop {
            for column in (0..columns).filter(|&column| !settled[column]) {
                let through = least + self.reduced_cost(at_row, column);
                if through < distance[column] {
                    (distance[column], before[column]) = (through, from);
                }
            }
            let open = (0..columns).filter(|&column| !settled[column]);
            let nearest = open.min_by(|&a, &b| distance[a].total_cmp(&distance[b]));
            let column = nearest.expect("no more rows than columns");
            (settled[column], least) = (true, distance[column]);
            match self.row_of[column] {
                Some(next) => (at_row, from) = (next, Some(column)),
                None => break column,
            }
        };
        self.update_prices(row, &distance, &settled, least);
        self.shift(row, end, &before);
    }

    fn update_prices(&mut self, row: usize, distance: &[f64], settled: &[bool], least: f64) {
        self.row_price[row] += least;
        for column in (0..distance.len()).filter(|&column| settled[column]) {
            let spare = least - distance[column];
            self.column_price[column] -= spare;
            if let Some(matched) = self.row_of[column] {
                self.row_price[matched] += spare;
            }
        }
    }

    /// Hands each column on the path to the row before it.
    fn shift(&mut self, row: usize, end: usize, before: &[Option<usize>]) {
        let mut column = end;
        while let Some(previous) = before[column] {
            self.row_of[column] = self.row_of[previous];
            column = previous;
        }
        self.row_of[column] = Some(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;

    /// The best of all matchings, tried one by one.
    fn best_of_all(table: &Array2<f64>, row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == table.nrows() {
            return 0.0;
        }
        let mut best = best_of_all(table, row + 1, taken);
        for column in 0..table.ncols() {
            if !taken[column] {
                taken[column] = true;
                best = best.max(table[[row, column]] + best_of_all(table, row + 1, taken));
                taken[column] = false;
            }
        }
        best
    }

    #[test]
    fn the_matching_is_the_best_of_all() {
        let mut generator = Generator::from_entropy();
        let seed = generator.initial_seed();
        for (rows, columns) in [(1, 1), (2, 2), (3, 5), (5, 3), (6, 6), (4, 7)] {
            for _ in 0..30 {
                let table = generator.randint(0, 9, (rows, columns)).unwrap().mapv(|x| x as f64);
                let expected = best_of_all(&table, 0, &mut vec![false; columns]);
                assert_eq!(most_matched(&table), expected, "{table}, seed {seed}");
            }
        }
    }
}
