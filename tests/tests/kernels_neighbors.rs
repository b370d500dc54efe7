//! The kernels that look for neighbours, on every device, against all pairs on the host.

use lesson_lib::Error;
use lesson_lib::device::{Device, Source};
use lesson_lib::ndarray::{Array2, Axis, array, concatenate, s};
use lesson_lib::neighbors::{
    AllPairs, DeviceNeighbors, KERNEL_VERSIONS, KernelVersion, Neighbors, UniformGrid,
};
use lesson_lib::random::Generator;
use tests::devices::devices;

/// One version on one device, with numbers that differ from run to run.
struct Bench {
    version: KernelVersion,
    device: Device,
    random: Generator,
}

impl Bench {
    fn points(&mut self, n: usize, d: usize) -> Array2<f32> {
        self.random.rand((n, d)) * 10.0
    }

    fn search(&self, x: &Array2<f32>, side: Option<f64>) -> DeviceNeighbors {
        let search = match side {
            Some(side) => DeviceNeighbors::with_side(&self.device, x, side),
            None => DeviceNeighbors::new(&self.device, x),
        };
        search.unwrap_or_else(|error| panic!("{}: {error}", self.named())).by(self.version)
    }

    fn named(&self) -> String {
        format!("{:?} on {}, seed {}", self.version, self.device, self.random.initial_seed())
    }

    /// Asserts that the kernels find what all pairs on the host do, to the last bit.
    fn agrees(&self, x: &Array2<f32>, queries: &Array2<f32>, radius: f64, side: Option<f64>) {
        let (search, host) = (self.search(x, side), AllPairs::new(x).unwrap());
        let context = format!("{:?}, radius {radius}, side {side:?}, {}", x.dim(), self.named());
        let counts = search.count_within(queries, radius).unwrap();
        assert_eq!(counts, host.count_within(queries, radius).unwrap(), "{context}");
        let lists = search.within(queries, radius).unwrap();
        assert_eq!(lists, host.within(queries, radius).unwrap(), "{context}");
        for k in [1, 2, 8, 9, 32].into_iter().filter(|&k| k <= x.nrows()) {
            let found = search.nearest(queries, k).unwrap();
            assert_eq!(found, host.nearest(queries, k).unwrap(), "k {k}, {context}");
        }
    }
}

fn for_each(name: &str, test: impl Fn(&mut Bench)) {
    for device in devices(name) {
        for version in KERNEL_VERSIONS {
            test(&mut Bench { version, device: device.clone(), random: Generator::from_entropy() });
        }
    }
}

#[test]
fn every_version_is_right_around_its_blocks() {
    for_each("every_version_is_right_around_its_blocks", |bench| {
        for n in [1, 2, 3, 31, 32, 33, 127, 128, 129, 255, 256, 257] {
            let x = bench.points(n, 2);
            bench.agrees(&x, &x, 1.0, Some(1.0));
        }
    });
}

#[test]
fn every_version_is_right_for_any_coordinates_and_sides() {
    for_each("every_version_is_right_for_any_coordinates_and_sides", |bench| {
        for d in [1, 2, 3] {
            let (x, queries) = (bench.points(150, d), bench.points(70, d) * 1.6 - 3.0);
            for side in [None, Some(0.01), Some(0.7), Some(1.0), Some(3.0), Some(100.0)] {
                for radius in [0.0, 0.3, 1.0, 50.0] {
                    bench.agrees(&x, &queries, radius, side);
                }
            }
        }
    });
}

#[test]
fn where_blocks_are_many_a_gpu_is_right() {
    for_each("where_blocks_are_many_a_gpu_is_right", |bench| {
        if bench.device.is_cuda() && bench.version != KernelVersion::V1AllPairs {
            for d in [2, 3] {
                let x = bench.points(300_007, d);
                let radius = if d == 2 { 0.05 } else { 0.3 };
                let (search, host) =
                    (bench.search(&x, Some(radius)), UniformGrid::with_side(&x, radius).unwrap());
                let expected = host.within(&x, radius).unwrap();
                assert_eq!(search.within(&x, radius).unwrap(), expected, "{}", bench.named());
                let expected = host.nearest(&x, 8).unwrap();
                assert_eq!(search.nearest(&x, 8).unwrap(), expected, "{}", bench.named());
            }
        }
    });
}

/// Whole numbers: points on the edges of cells, distances that are just the radius, and ties.
#[test]
fn points_on_edges_and_at_the_radius_itself_count() {
    for_each("points_on_edges_and_at_the_radius_itself_count", |bench| {
        for d in [1, 2, 3] {
            for extent in [2, 5, 9] {
                let x = bench.random.randint(0, extent, (120, d)).unwrap();
                let x = x.mapv(|value| value as f32);
                for (radius, side) in [(1.0, 1.0), (2.0_f64.sqrt(), 1.0), (2.0, 2.0), (2.0, 0.5)] {
                    bench.agrees(&x, &x, radius, Some(side));
                }
            }
        }
    });
}

/// Distances that single precision cannot tell from the radius.
#[test]
fn pairs_in_doubt_are_decided_in_double_precision() {
    for_each("pairs_in_doubt_are_decided_in_double_precision", |bench| {
        let angles = bench.random.rand((200, 1)).mapv(|turn: f32| f64::from(turn) * 6.3);
        let circle = concatenate![Axis(1), angles.mapv(f64::cos), angles.mapv(f64::sin)];
        for (size, offset) in [(1.0, 0.0), (1e-3, 1.0), (7.0, 4096.0)] {
            let x = circle.mapv(|value| (value * size + offset) as f32);
            let middle = Array2::from_elem((1, 2), offset as f32);
            for radius in [size, size * (1.0 + 1e-7), size * (1.0 - 1e-9)] {
                bench.agrees(&x, &middle, radius, Some(size));
            }
        }
    });
}

#[test]
fn awkward_points_are_no_trouble() {
    for_each("awkward_points_are_no_trouble", |bench| {
        let cloud = bench.points(90, 2);
        let mut far = cloud.clone();
        far.row_mut(7).assign(&array![1e30, 1e-3]);
        far.row_mut(8).assign(&array![-3e38, 3e38]);
        let twice = concatenate![Axis(0), cloud, cloud];
        let line = concatenate![Axis(1), cloud.slice(s![.., ..1]), Array2::ones((90, 1))];
        let same = Array2::from_elem((60, 2), 0.1);
        for x in [twice, line, same, far, &cloud + 1e7, &cloud - 3e5] {
            for side in [None, Some(0.5), Some(1e-12)] {
                bench.agrees(&x, &x, 0.5, side);
            }
        }
        for size in [1e-40, 1e-20, 1e15, 1e37] {
            let x = &cloud * size;
            bench.agrees(&x, &x, 0.5 * f64::from(size), Some(0.5 * f64::from(size)));
        }
    });
}

/// In a place that is empty for thousands of cells a query is left to a whole block.
#[test]
fn queries_far_from_all_points_are_answered() {
    for_each("queries_far_from_all_points_are_answered", |bench| {
        let mut x = bench.points(4000, 3);
        x.row_mut(5).fill(1e6);
        let queries =
            array![[1e6, 1e6, 9e5], [-50.0, 500.0, 0.0], [5.0, 5.0, 5.0], [0.0, 3e38, 1.0]];
        bench.agrees(&x, &queries, 2.0, Some(0.3));
        let mut ends = bench.points(2000, 2);
        ends.column_mut(1).iter_mut().step_by(2).for_each(|value| *value += 1e4);
        let between = array![[5.0, 5000.0], [1.0, 4900.0], [9.0, 5100.0], [5.0, 5.0]];
        bench.agrees(&ends, &between, 4990.0, Some(3.0));
    });
}

#[test]
fn two_runs_give_the_same_bits() {
    for_each("two_runs_give_the_same_bits", |bench| {
        let x = bench.points(if bench.device.is_cuda() { 50_000 } else { 500 }, 2);
        let run = || {
            let search = bench.search(&x, Some(0.3));
            let lists = search.within(&x, 0.3).unwrap();
            (lists, search.nearest(&x, 8).unwrap())
        };
        let first = run();
        assert!((0..3).all(|_| run() == first), "{}", bench.named());
    });
}

#[test]
fn no_points_and_no_queries_have_no_neighbors() {
    for_each("no_points_and_no_queries_have_no_neighbors", |bench| {
        let (x, none) = (bench.points(5, 2), Array2::zeros((0, 2)));
        let search = bench.search(&x, Some(1.0));
        assert_eq!(search.count_within(&none, 1.0).unwrap().len(), 0);
        assert!(search.within(&none, 1.0).unwrap().is_empty());
        assert_eq!(search.nearest(&none, 3).unwrap().rows.dim(), (0, 3));
        let search = bench.search(&none, None);
        assert_eq!(search.count_within(&x, 1.0).unwrap(), array![0, 0, 0, 0, 0]);
        assert_eq!(search.within(&x, 1.0).unwrap().pairs(), 0);
        assert!(matches!(search.nearest(&x, 1), Err(Error::Argument { .. })));
    });
}

#[test]
fn what_cannot_be_searched_is_an_error() {
    for device in devices("what_cannot_be_searched_is_an_error") {
        let says = |error: Option<Error>, expected: &str| {
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(expected), "{error}");
        };
        let new = |x: &Array2<f32>| DeviceNeighbors::new(&device, x).err();
        says(new(&array![[1.0, 2.0], [1.0, f32::NAN]]), "row 1, column 1 is NaN");
        says(new(&array![[f32::INFINITY]]), "row 0, column 0 is inf");
        says(new(&Array2::zeros((3, 0))), "at least one coordinate");
        says(new(&Array2::zeros((3, 4))), "up to 3 coordinates; KdTree takes any number");
        let x = array![[1.0, 2.0], [3.0, 4.0]];
        for side in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = DeviceNeighbors::with_side(&device, &x, side).err();
            assert!(matches!(error, Some(Error::Argument { .. })), "{side}");
        }
        let search = DeviceNeighbors::with_side(&device, &x, 1.0).unwrap();
        says(search.count_within(&x, -1.0).err(), "from 0 on, not -1");
        says(search.within(&x, f64::NAN).err(), "not NaN");
        says(search.within(&array![[f32::NAN, 0.0]], 1.0).err(), "within: coordinates must be");
        says(search.nearest(&x, 3).err(), "3 nearest of 2 points do not exist");
        says(search.nearest(&x, 0).err(), "ask for 1 to 2");
        says(search.count_within(&Array2::zeros((1, 3)), 1.0).err(), "(1, 3)");
        let many = DeviceNeighbors::new(&device, &Array2::zeros((40, 2))).unwrap();
        says(many.nearest(&x, 33).err(), "up to 32 nearest, not 33");
    }
}

#[test]
fn every_version_is_described_in_the_file() {
    let source = Source::file("neighbors.cu").unwrap();
    for version in KERNEL_VERSIONS {
        let line = format!("// {}  ", version.name().replacen('_', " ", 1));
        assert!(source.as_written().contains(&line), "{line}");
        for question in ["count", "list", "nearest"] {
            let kernel = format!("neighbors_{}_{question}(", &version.name()[..2]);
            assert!(source.as_written().contains(&kernel), "{kernel}");
        }
    }
}
