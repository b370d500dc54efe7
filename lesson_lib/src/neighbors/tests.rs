//! Every exact search against plain loops, on random and on awkward points.

use super::{AllPairs, BallTree, KdTree, Lsh, Neighbors, RandomProjections, UniformGrid};
use crate::data;
use crate::random::Generator;
use ndarray::{Array1, Array2, ArrayView1, Axis, array, concatenate, s};

include!("plain.rs");

/// Every exact search among these points.
fn searches(x: &Array2<f64>, radius: f64) -> Vec<(String, Box<dyn Neighbors>)> {
    let mut searches: Vec<(String, Box<dyn Neighbors>)> = vec![
        ("all pairs".into(), Box::new(AllPairs::new(x).unwrap())),
        ("grid".into(), Box::new(UniformGrid::new(x).unwrap())),
        ("k-d tree".into(), Box::new(KdTree::new(x).unwrap())),
        ("ball tree".into(), Box::new(BallTree::new(x).unwrap())),
    ];
    for share in [0.1, 0.5, 1.0, 3.0] {
        if let Ok(grid) = UniformGrid::with_side(x, share * radius) {
            searches.push((format!("grid of {share} radius"), Box::new(grid)));
        }
    }
    searches
}

/// Asks every search for the neighbours of `queries` within some radii, and for some nearest.
fn agree(x: &Array2<f64>, queries: &Array2<f64>, radii: &[f64], context: &str) {
    for &radius in radii {
        let expected: Vec<Vec<usize>> =
            queries.rows().into_iter().map(|query| plain_within(x, query, radius)).collect();
        for (name, search) in searches(x, radius) {
            let context = format!("{name}, radius {radius}, {context}");
            let counts = search.count_within(queries, radius).unwrap();
            let lists = search.within(queries, radius).unwrap();
            for (query, expected) in expected.iter().enumerate() {
                assert_eq!(counts[query], expected.len(), "query {query}, {context}");
                let found: Vec<usize> = lists.of(query).collect();
                assert_eq!(&found, expected, "query {query}, {context}");
            }
            assert_eq!(lists.counts(), counts);
            agree_on_nearest(x, queries, &search, &context);
        }
    }
}

fn agree_on_nearest(
    x: &Array2<f64>,
    queries: &Array2<f64>,
    search: &impl Neighbors,
    context: &str,
) {
    let n = x.nrows();
    for k in [1, 2, 5, 17, n].into_iter().filter(|k| (1..=n).contains(k)) {
        let found = search.nearest(queries, k).unwrap();
        assert_eq!(
            (found.rows.dim(), found.distances.dim()),
            ((queries.nrows(), k), (queries.nrows(), k))
        );
        for (query, point) in queries.rows().into_iter().enumerate() {
            let expected = plain_nearest(x, point, k);
            assert_eq!(found.rows.row(query).to_vec(), expected, "query {query}, k {k}, {context}");
            for (&row, &distance) in expected.iter().zip(found.distances.row(query)) {
                assert_eq!(distance, squared_distance(x.row(row), point).sqrt(), "{context}");
            }
        }
    }
}

#[test]
fn all_exact_searches_agree_on_random_points() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (n, d) in
        [(1, 1), (2, 3), (16, 2), (17, 2), (33, 1), (150, 2), (150, 3), (100, 4), (65, 7), (70, 64)]
    {
        let x = generator.randn_f64((n, d));
        let queries = concatenate![Axis(0), x, generator.randn_f64((9, d)) * 3.0];
        let typical = (d as f64).sqrt();
        let radii = [0.0, 0.1, 0.5, 1.0, 3.0].map(|share| share * typical);
        agree(&x, &queries, &radii, &format!("({n}, {d}), seed {seed}"));
    }
}

/// Points whose distances are often equal, and often exactly the radius.
#[test]
fn equal_distances_go_by_the_row() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for d in [1, 2, 3, 5] {
        let x = generator.randint(-3, 4, (120, d)).unwrap().mapv(|value| value as f64);
        agree(&x, &x, &[0.0, 1.0, 2.0, 5.0], &format!("whole numbers, d {d}, seed {seed}"));
    }
}

#[test]
fn all_exact_searches_agree_on_awkward_points() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let cloud = generator.randn_f64((60, 2));
    let mut outlier = cloud.clone();
    outlier.row_mut(17).assign(&array![1e7, -3e6]);
    let mut two = cloud.clone();
    two.slice_mut(s![30.., ..]).mapv_inplace(|value| value + 1e12);
    let mut line = cloud.clone();
    line.column_mut(1).fill(4.25);
    for (name, x) in [
        ("all the same", Array2::from_elem((50, 2), 0.1)),
        ("one far away", outlier),
        ("two far apart", two),
        ("in a line", line),
        ("an offset", &cloud + 1e9),
        ("negative", &cloud - 1e3),
        ("zeros of both signs", array![[0.0, -0.0], [-0.0, 0.0], [0.0, 0.0], [-0.0, -0.0]]),
        ("a transposed layout", generator.randn_f64((2, 60)).reversed_axes()),
    ] {
        agree(&x, &x, &[0.0, 0.3, 1.0, 1e3], &format!("{name}, seed {seed}"));
    }
    for size in [1e-140, 1e-30, 1e30, 1e140] {
        agree(&(&cloud * size), &(&cloud * size), &[0.2 * size, size], &format!("size {size}"));
    }
}

#[test]
fn many_points_in_a_grid_of_any_side_are_found() {
    // Every thousandth of them asks.
    let x = Generator::new(1).rand_f64((200_000, 2));
    let queries = x.slice(s![..;1000, ..]).to_owned();
    let expected = KdTree::new(&x).unwrap().within(&queries, 0.02).unwrap();
    for side in [0.0005, 0.004, 0.013, 0.05] {
        let grid = UniformGrid::with_side(&x, side).unwrap();
        assert_eq!(grid.within(&queries, 0.02).unwrap(), expected, "side {side}");
    }
}

#[test]
fn single_precision_is_searched_in_double() {
    let x = data::lesson_blobs().data;
    let wide = x.mapv(f64::from);
    let (single, double) = (KdTree::new(&x).unwrap(), KdTree::new(&wide).unwrap());
    assert_eq!(single.within(&x, 1.0).unwrap(), double.within(&wide, 1.0).unwrap());
    assert_eq!(single.nearest(&x, 3).unwrap(), double.nearest(&wide, 3).unwrap());
}

#[test]
fn the_answers_do_not_depend_on_the_threads() {
    let x = Generator::from_entropy().randn_f64((20_000, 2));
    let answers = || {
        let (tree, grid) = (KdTree::new(&x).unwrap(), UniformGrid::new(&x).unwrap());
        let nearest = tree.nearest(&x, 3).unwrap();
        assert_eq!(nearest, grid.nearest(&x, 3).unwrap());
        let lists = tree.within(&x, 0.05).unwrap();
        assert_eq!(lists, grid.within(&x, 0.05).unwrap());
        (nearest, lists)
    };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(answers);
    assert!(one == pool(2).install(answers) && one == pool(7).install(answers));
}

#[test]
fn no_points_have_no_neighbours_and_no_queries_no_answers() {
    let none = Array2::<f64>::zeros((0, 2));
    let some = array![[1.0, 2.0], [3.0, 4.0]];
    for (name, search) in searches(&none, 1.0) {
        assert_eq!(search.count_within(&some, 1.0).unwrap(), array![0, 0], "{name}");
        assert_eq!(search.within(&some, 1.0).unwrap().pairs(), 0, "{name}");
        let error = search.nearest(&some, 1).unwrap_err().to_string();
        assert!(error.contains("1 nearest of 0 points"), "{name}: {error}");
    }
    for (name, search) in searches(&some, 1.0) {
        assert!(search.within(&none, 1.0).unwrap().is_empty(), "{name}");
        assert_eq!(search.nearest(&none, 2).unwrap().rows.dim(), (0, 2), "{name}");
    }
}

#[test]
fn what_cannot_be_searched_is_an_error() {
    let says = |error: crate::Error, expected: &str| {
        let error = error.to_string();
        assert!(error.contains(expected), "{error}");
    };
    let bad = array![[1.0, 2.0], [f64::NAN, 4.0]];
    says(AllPairs::new(&bad).unwrap_err(), "AllPairs: coordinates must be finite, but row 1");
    says(KdTree::new(&bad).unwrap_err(), "KdTree: coordinates must be finite, but row 1");
    says(UniformGrid::new(&bad).unwrap_err(), "UniformGrid: coordinates must be finite");
    says(KdTree::new(&array![[1e160]]).unwrap_err(), "beyond 1e150: scale the points down");
    says(KdTree::new(&Array2::<f32>::zeros((3, 0))).unwrap_err(), "at least one coordinate");
    let x = array![[0.0, 0.0], [1.0, 1.0]];
    for side in [0.0, -1.0, f64::NAN, 1e-200] {
        assert!(UniformGrid::with_side(&x, side).is_err(), "{side}");
    }
    says(UniformGrid::with_side(&x, 1e-12).unwrap_err(), "too many: make them wider");
    let tree = KdTree::new(&x).unwrap();
    says(tree.within(&array![[1.0]], 1.0).unwrap_err(), "(1, 1) and (2, 2)");
    says(tree.within(&bad, 1.0).unwrap_err(), "within: coordinates must be finite");
    says(tree.within(&x, -1.0).unwrap_err(), "from 0 on, not -1");
    says(tree.count_within(&x, f64::INFINITY).unwrap_err(), "from 0 on, not inf");
    says(tree.count_within(&x, 1e-200).unwrap_err(), "outside 1e-150 to 1e150");
    says(tree.nearest(&x, 0).unwrap_err(), "ask for 1 to 2");
    says(tree.nearest(&x, 3).unwrap_err(), "3 nearest of 2 points do not exist");
}

#[test]
fn what_lsh_finds_is_right_and_its_recall_is_told() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    let x = generator.randn_f64((600, 3));
    let exact = AllPairs::new(&x).unwrap();
    let (lists, nearest) = (exact.within(&x, 0.5).unwrap(), exact.nearest(&x, 4).unwrap());
    let mut recalls = Vec::new();
    for tables in [1, 4, 20] {
        let hashes = RandomProjections::normal(3, 2 * tables, 2.0, &mut generator).unwrap();
        let lsh = Lsh::new(&x, &hashes, tables).unwrap();
        let found = lsh.within(&x, 0.5).unwrap();
        for query in 0..600 {
            let all: Vec<usize> = lists.of(query).collect();
            assert!(found.of(query).all(|row| all.contains(&row)), "seed {seed}");
            assert!(found.of(query).any(|row| row == query), "seed {seed}");
        }
        assert_eq!(lsh.count_within(&x, 0.5).unwrap(), found.counts());
        let recall = found.recall(&lists).unwrap();
        assert_eq!(recall, found.pairs() as f64 / lists.pairs() as f64, "seed {seed}");
        let fraction = lsh.candidate_fraction(&x, 0.5).unwrap();
        assert!(fraction > 0.0 && fraction < 1.0, "{fraction}, seed {seed}");
        recalls.push((recall, lsh.nearest(&x, 4).unwrap().recall(&nearest).unwrap()));
    }
    assert!(
        recalls.is_sorted() && recalls[2].0 > 0.99 && recalls[2].1 > 0.97,
        "{recalls:?}, seed {seed}"
    );
}

#[test]
fn a_search_that_finds_too_few_says_so() {
    let x = array![[0.0, 0.0], [0.1, 0.0], [1e6, 1e6]];
    let hashes = RandomProjections::normal(2, 3, 1.0, &mut Generator::new(1)).unwrap();
    let lsh = Lsh::new(&x, &hashes, 1).unwrap();
    let alone = lsh.nearest(&array![[1e6, 1e6], [-1e6, 1e6]], 3).unwrap();
    assert_eq!(alone.rows, array![[2, 3, 3], [3, 3, 3]]);
    assert!(alone.distances[[0, 0]] == 0.0 && alone.distances[[0, 1]] == f64::INFINITY);
    // Beyond what buckets can be numbered.
    assert_eq!(lsh.count_within(&array![[1e100, 0.0]], 1.0).unwrap(), array![0]);
    let error = hashes.hash(&array![[1e100, 0.0]]).unwrap_err().to_string();
    assert!(error.contains("wider buckets"), "{error}");
}

#[test]
fn hashes_are_buckets_along_directions() {
    let mut generator = Generator::from_entropy();
    let x = generator.randn((50, 4));
    let uniform = RandomProjections::uniform(4, 6, 0.2, &mut generator).unwrap();
    assert!(uniform.directions().iter().all(|&value| (0.0..1.0).contains(&value)));
    let hashed = uniform.hash(&x).unwrap(); // (50, 6)
    for ((row, hash), &bucket) in hashed.indexed_iter() {
        let wide = x.row(row).mapv(f64::from);
        let place = wide.dot(&uniform.directions().column(hash)) / 0.2;
        assert!((place - bucket as f64) > -1e-9 && (place - bucket as f64) < 1.0 + 1e-9);
    }
    let collisions = uniform.collisions(&x, &x).unwrap(); // (50, 50)
    for ((a, b), &count) in collisions.indexed_iter() {
        let equal = hashed.row(a).iter().zip(hashed.row(b)).filter(|(a, b)| a == b).count();
        assert_eq!(count, equal);
        assert_eq!(count == 6, a == b || hashed.row(a) == hashed.row(b));
    }
}

/// For two points at the angle θ, a share θ/π of the signs differs.
#[test]
fn signs_tell_angles() {
    let signs = RandomProjections::signs(2, 20_000, &mut Generator::new(5)).unwrap();
    for angle in [0.1_f64, 0.5, 1.5, 3.0] {
        let (x, y) = (array![[2.0, 0.0]], array![[angle.cos(), angle.sin()]]);
        let shared = signs.collisions(&x, &y).unwrap()[[0, 0]] as f64 / 20_000.0;
        let expected = 1.0 - angle / std::f64::consts::PI;
        assert!((shared - expected).abs() < 0.02, "{shared} for {expected}");
    }
}

/// The forum's dice: two points that differ along (1, −1) share far more buckets than two that
/// differ as much along (1, 1).
#[test]
fn directions_of_one_quadrant_hardly_see_the_other_diagonal() {
    let mut generator = Generator::new(9);
    let from = generator.rand_f64((200, 2)) * 10.0;
    let shares = |hashes: RandomProjections| {
        [[0.5, 0.5], [0.5, -0.5]].map(|step| {
            let counts = hashes.collisions(&from, &(&from + &Array1::from_iter(step))).unwrap();
            counts.diag().sum() as f64 / (200.0 * 500.0)
        })
    };
    let [along, across] = shares(RandomProjections::normal(2, 500, 1.0, &mut generator).unwrap());
    assert!((along - across).abs() < 0.06, "{along} and {across}");
    let [along, across] = shares(RandomProjections::uniform(2, 500, 1.0, &mut generator).unwrap());
    assert!(across - along > 0.25, "{along} and {across}");
}

#[test]
fn hashes_that_make_no_sense_are_errors() {
    let mut generator = Generator::new(1);
    let says = |error: crate::Error, expected: &str| {
        let error = error.to_string();
        assert!(error.contains(expected), "{error}");
    };
    for width in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        says(RandomProjections::normal(2, 4, width, &mut generator).unwrap_err(), "above 0");
        says(RandomProjections::uniform(2, 4, width, &mut generator).unwrap_err(), "above 0");
    }
    says(RandomProjections::signs(0, 4, &mut generator).unwrap_err(), "at least 1");
    says(RandomProjections::signs(2, 0, &mut generator).unwrap_err(), "at least 1");
    let hashes = RandomProjections::signs(2, 6, &mut generator).unwrap();
    let x = array![[1.0, 2.0], [3.0, 4.0]];
    says(Lsh::new(&x, &hashes, 0).unwrap_err(), "6 hashes cannot be dealt evenly to 0 tables");
    says(Lsh::new(&x, &hashes, 4).unwrap_err(), "6 hashes cannot be dealt evenly to 4 tables");
    says(Lsh::new(&array![[1.0]], &hashes, 2).unwrap_err(), "(1, 1) and (2, 6)");
    says(hashes.hash(&array![[f64::NAN, 0.0]]).unwrap_err(), "must be finite");
    let lists = AllPairs::new(&x).unwrap().within(&x, 1.0).unwrap();
    let fewer = AllPairs::new(&x).unwrap().within(&x.slice(s![..1, ..]), 1.0).unwrap();
    says(lists.recall(&fewer).unwrap_err(), "same queries");
    let none = Array2::<f64>::zeros((0, 2));
    says(AllPairs::new(&none).unwrap().candidate_fraction(&x, 1.0).unwrap_err(), "no pairs");
}

#[test]
fn a_search_looks_at_fewer_pairs_than_there_are() {
    let x = data::lesson_blobs().data;
    assert_eq!(AllPairs::new(&x).unwrap().candidate_fraction(&x, 1.0).unwrap(), 1.0);
    for (name, search) in searches(&x.mapv(f64::from), 1.0).into_iter().skip(1) {
        let fraction = search.candidate_fraction(&x, 1.0).unwrap();
        assert!(fraction > 0.0 && fraction < 0.2, "{name}: {fraction}");
    }
}
