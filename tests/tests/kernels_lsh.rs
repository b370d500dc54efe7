//! The kernels of locality-sensitive hashing on every device, against the host's.

use lesson_lib::Error;
use lesson_lib::device::Device;
use lesson_lib::ndarray::{Array2, Axis, array, concatenate};
use lesson_lib::neighbors::{DeviceLsh, Lsh, Neighbors, RandomProjections};
use lesson_lib::random::Generator;
use tests::devices::devices;

/// Asserts that hashes and answers are the host's, to the last bit.
fn agrees(
    device: &Device,
    x: &Array2<f32>,
    queries: &Array2<f32>,
    (hashes, tables): (&RandomProjections, usize),
    context: &str,
) {
    let context = format!("{:?}, {tables} tables, {context}, {device}", x.dim());
    let found = DeviceLsh::new(device, x, hashes, tables).unwrap();
    let host = Lsh::new(x, hashes, tables).unwrap();
    assert_eq!(found.hashes().unwrap(), hashes.hash(x).unwrap(), "{context}");
    for radius in [0.0, 0.7, 3.0] {
        let expected = host.within(queries, radius).unwrap();
        assert_eq!(found.count_within(queries, radius).unwrap(), expected.counts(), "{context}");
        assert_eq!(found.within(queries, radius).unwrap(), expected, "{context}");
    }
    for k in [1, 5, 32].into_iter().filter(|&k| k <= x.nrows()) {
        let expected = host.nearest(queries, k).unwrap();
        assert_eq!(found.nearest(queries, k).unwrap(), expected, "k {k}, {context}");
    }
}

#[test]
fn every_device_hashes_and_answers_as_the_host_does() {
    let mut random = Generator::from_entropy();
    let seed = random.initial_seed();
    for device in devices("every_device_hashes_and_answers_as_the_host_does") {
        for (n, d) in [(1, 1), (33, 1), (128, 2), (257, 3), (90, 17), (60, 64)] {
            let (x, queries) = (random.randn((n, d)) * 2.0, random.randn((40, d)) * 2.0);
            for (count, tables) in [(1, 1), (6, 1), (6, 3), (8, 8)] {
                let context = format!("{count} hashes, seed {seed}");
                for hashes in [
                    RandomProjections::normal(d, count, 2.0, &mut random),
                    RandomProjections::signs(d, count, &mut random),
                    RandomProjections::uniform(d, count, 0.5, &mut random),
                ] {
                    agrees(&device, &x, &queries, (&hashes.unwrap(), tables), &context);
                }
            }
        }
    }
}

#[test]
fn awkward_points_are_no_trouble() {
    let mut random = Generator::from_entropy();
    for device in devices("awkward_points_are_no_trouble") {
        let cloud = random.randn((70, 2));
        let mut far = cloud.clone();
        far.row_mut(3).assign(&array![1e12, -4e11]);
        let hashes = RandomProjections::normal(2, 6, 1.0, &mut random).unwrap();
        let twice = concatenate![Axis(0), cloud, cloud];
        for x in [Array2::from_elem((50, 2), 0.3), twice, far, &cloud * 1e-30, &cloud + 1e6] {
            let context = format!("seed {}", random.initial_seed());
            agrees(&device, &x, &x, (&hashes, 3), &context);
        }
        // Buckets so far out that their numbers show how each sum was rounded.
        agrees(&device, &(&cloud * 3e14), &cloud, (&hashes, 3), "large numbers");
        let signs = RandomProjections::signs(2, 6, &mut random).unwrap();
        agrees(&device, &Array2::zeros((3, 2)), &cloud, (&signs, 2), "points on all planes");
        // Beyond all buckets: such a query has no neighbours, and such a point is refused.
        let outside = array![[1e30, 0.0], [0.1, 0.2]];
        agrees(&device, &cloud, &outside, (&hashes, 3), "a query far outside");
        let error = |result: Result<(), Error>| result.unwrap_err().to_string();
        let found = error(DeviceLsh::new(&device, &outside, &hashes, 3).map(drop));
        assert_eq!(found, error(Lsh::new(&outside, &hashes, 3).map(drop)));
    }
}

/// It is at a right angle to one direction, and has a bucket along that, and along no other.
#[test]
fn a_query_beyond_the_buckets_of_some_directions_shares_none() {
    let hashes = RandomProjections::normal(2, 4, 1.0, &mut Generator::from_entropy()).unwrap();
    let along = hashes.directions().column(0).mapv(|value| value as f32);
    let query = array![[-along[1], along[0]]] * 2_f32.powi(100);
    let buckets = hashes.hash(&array![[0.0_f32, 0.0]]).unwrap();
    assert!(hashes.hash(&query).is_err() && buckets[(0, 0)] == 0);
    for device in devices("a_query_beyond_the_buckets_of_some_directions_shares_none") {
        agrees(&device, &Array2::zeros((2, 2)), &query, (&hashes, 4), "a right angle");
        let lsh = DeviceLsh::new(&device, &Array2::zeros((2, 2)), &hashes, 4).unwrap();
        assert_eq!(lsh.nearest(&query, 1).unwrap().rows, array![[2]], "{device}");
    }
}

#[test]
fn no_points_and_no_queries_have_no_neighbors() {
    let hashes = RandomProjections::normal(2, 4, 1.0, &mut Generator::new(1)).unwrap();
    for device in devices("no_points_and_no_queries_have_no_neighbors") {
        let (x, none) = (Array2::ones((5, 2)), Array2::zeros((0, 2)));
        let lsh = DeviceLsh::new(&device, &none, &hashes, 2).unwrap();
        assert_eq!(lsh.count_within(&x, 1.0).unwrap(), array![0, 0, 0, 0, 0]);
        assert_eq!(lsh.within(&x, 1.0).unwrap().pairs(), 0);
        let lsh = DeviceLsh::new(&device, &x, &hashes, 2).unwrap();
        assert!(lsh.within(&none, 1.0).unwrap().is_empty());
        assert_eq!(lsh.nearest(&none, 3).unwrap().rows.dim(), (0, 3));
    }
}

#[test]
fn what_cannot_be_hashed_is_an_error() {
    let hashes = RandomProjections::normal(2, 6, 1.0, &mut Generator::new(1)).unwrap();
    for device in devices("what_cannot_be_hashed_is_an_error") {
        let new = |x: &Array2<f32>, tables| DeviceLsh::new(&device, x, &hashes, tables).err();
        let says = |error: Option<Error>, expected: &str| {
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with("DeviceLsh") && error.contains(expected), "{error}");
        };
        let x = array![[1.0, 2.0], [3.0, 4.0]];
        says(new(&x, 0), "cannot be dealt evenly to 0 tables");
        says(new(&x, 4), "6 hashes cannot be dealt evenly to 4 tables");
        says(new(&array![[1.0]], 2), "as many coordinates as the directions");
        says(new(&array![[1.0, f32::NAN]], 2), "row 0, column 1 is NaN");
        let lsh = DeviceLsh::new(&device, &x, &hashes, 2).unwrap();
        assert!(lsh.within(&x, -1.0).is_err() && lsh.nearest(&x, 3).is_err());
        assert!(lsh.within(&array![[f32::NAN, 1.0]], 1.0).is_err());
        assert!(lsh.within(&array![[1.0]], 1.0).is_err());
    }
}
