//! The DBSCAN kernels on every device, against the plain walk and the host.

use lesson_lib::cluster::dbscan::{Crowds, Dbscan, KERNEL_VERSIONS, KernelVersion};
use lesson_lib::device::{Device, Source};
use lesson_lib::ndarray::{Array2, Axis, array, concatenate, s};
use lesson_lib::random::Generator;
use lesson_lib::{Error, data};
use tests::devices::devices;

include!("../../lesson_lib/src/cluster/dbscan/plain.rs");

/// One version on one device, with numbers that differ from run to run.
struct Bench {
    version: KernelVersion,
    device: Device,
    random: Generator,
}

impl Bench {
    fn run(&self, dbscan: &Dbscan, x: &Array2<f32>) -> (Vec<i64>, Vec<bool>) {
        let points = self.device.upload(x).unwrap();
        let run = self.version.run(&self.device, dbscan, &points);
        let (labels, is_core) = run.unwrap_or_else(|error| panic!("{}: {error}", self.named()));
        let (labels, is_core) = (labels.download().unwrap(), is_core.download().unwrap());
        (labels.mapv(i64::from).to_vec(), is_core.mapv(|core| core == 1).to_vec())
    }

    /// Asserts that labels and core points are the host's, and labels those of the plain walk.
    fn agrees(&self, x: &Array2<f32>, eps: f64, min_points: usize) {
        let dbscan = Dbscan::new(eps, min_points);
        let (labels, is_core) = self.run(&dbscan, x);
        let context = format!("{:?}, eps {eps}, {min_points} points, {}", x.dim(), self.named());
        let host = dbscan.run(x).unwrap();
        assert_eq!(is_core, host.is_core.to_vec(), "{context}");
        assert_eq!(labels, host.labels.to_vec(), "{context}");
        if x.nrows() <= 300 {
            assert_eq!(labels, plain_dbscan(&x.mapv(f64::from), eps, min_points), "{context}");
        }
    }

    fn named(&self) -> String {
        format!("{:?} on {}, seed {}", self.version, self.device, self.random.initial_seed())
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
        for n in [1, 2, 3, 31, 32, 33, 127, 128, 129, 257] {
            let x = bench.random.randn((n, 2));
            bench.agrees(&x, 0.4, 4);
        }
    });
}

#[test]
fn every_version_is_right_for_any_settings() {
    for_each("every_version_is_right_for_any_settings", |bench| {
        for d in [1, 2, 3] {
            let x = bench.random.randn((200, d));
            for share in [0.02, 0.1, 0.3, 0.8, 5.0] {
                for min_points in [1, 2, 5, 12, 201] {
                    bench.agrees(&x, share * (d as f64).sqrt(), min_points);
                }
            }
        }
    });
}

/// Points whose distances are often exactly `eps`, on the edges of cells, and border points of
/// several clusters.
#[test]
fn points_at_eps_itself_are_neighbors() {
    for_each("points_at_eps_itself_are_neighbors", |bench| {
        for d in [1, 2, 3] {
            for extent in [3, 6, 12] {
                let x = bench.random.randint(0, extent, (120, d)).unwrap();
                let x = x.mapv(|value| value as f32);
                for (eps, min_points) in [(1.0, 3), (1.0, 5), (2.0, 6), (2.0_f64.sqrt(), 5)] {
                    bench.agrees(&x, eps, min_points);
                }
            }
        }
    });
}

#[test]
fn a_border_point_between_clusters_joins_the_first() {
    for_each("a_border_point_between_clusters_joins_the_first", |bench| {
        let x = array![[0.0], [6.0], [5.0], [5.5], [5.2], [1.0], [0.5], [0.8], [3.0]];
        let (labels, is_core) = bench.run(&Dbscan::new(2.0, 4), &x);
        assert_eq!(labels, [0, 1, 1, 1, 1, 0, 0, 0, 0], "{}", bench.named());
        assert!(!is_core[8]);
        let reversed = x.slice(s![..;-1, ..]).to_owned();
        let (labels, _) = bench.run(&Dbscan::new(2.0, 4), &reversed);
        assert_eq!(labels, [0, 0, 0, 0, 1, 1, 1, 1, 0], "{}", bench.named());
    });
}

/// Long chains make deep trees of sets.
#[test]
fn a_long_chain_is_one_cluster() {
    for_each("a_long_chain_is_one_cluster", |bench| {
        let n = if bench.device.is_cuda() { 20_000 } else { 1500 };
        let order = bench.random.randperm(n);
        let x = Array2::from_shape_fn((n, 1), |(i, _)| order[i] as f32);
        let (labels, is_core) = bench.run(&Dbscan::new(1.0, 3), &x);
        assert!(labels.iter().all(|&label| label == 0), "{}", bench.named());
        assert_eq!(is_core.iter().filter(|&&core| !core).count(), 2, "{}", bench.named());
        bench.agrees(&x, 0.5, 1);
    });
}

#[test]
fn awkward_points_are_no_trouble() {
    for_each("awkward_points_are_no_trouble", |bench| {
        let cloud = bench.random.randn((80, 2));
        let mut far = cloud.clone();
        far.row_mut(7).assign(&array![1e14, 1e-3]);
        far.row_mut(8).assign(&array![-3e38, 3e38]);
        let twice = concatenate![Axis(0), cloud, cloud];
        for x in [Array2::from_elem((150, 2), 0.1), far, &cloud + 1e7, twice] {
            for min_points in [1, 4, 41] {
                bench.agrees(&x, 0.3, min_points);
            }
        }
        for size in [1e-40, 1e-20, 1e15, 1e37] {
            bench.agrees(&(&cloud * size), 0.3 * f64::from(size), 4);
        }
        let (labels, is_core) = bench.run(&Dbscan::new(1.0, 5), &Array2::zeros((0, 2)));
        assert!(labels.is_empty() && is_core.is_empty());
    });
}

#[test]
fn where_blocks_are_many_a_gpu_is_right() {
    for_each("where_blocks_are_many_a_gpu_is_right", |bench| {
        if bench.device.is_cuda() && bench.version != KernelVersion::V1AllPairs {
            for (d, eps) in [(2, 0.003), (2, 0.01), (3, 0.03)] {
                let x = bench.random.rand((300_007, d));
                bench.agrees(&x, eps, 8);
            }
        }
    });
}

#[test]
fn two_runs_give_the_same_labels() {
    for_each("two_runs_give_the_same_labels", |bench| {
        let x = bench.random.randn((if bench.device.is_cuda() { 40_000 } else { 600 }, 2));
        let dbscan = Dbscan::new(if bench.device.is_cuda() { 0.02 } else { 0.15 }, 5);
        let first = bench.run(&dbscan, &x);
        assert!((0..3).all(|_| bench.run(&dbscan, &x) == first), "{}", bench.named());
    });
}

#[test]
fn a_device_clusters_as_the_host_does() {
    let mut random = Generator::from_entropy();
    let blobs = data::lesson_blobs().data;
    let moons = data::moons(700, 0.05, &mut random).unwrap().x;
    for device in devices("a_device_clusters_as_the_host_does") {
        for (x, eps) in [(&blobs, 1.0), (&blobs, 0.4), (&moons, 0.15)] {
            let dbscan = Dbscan::new(eps, 5);
            let context = format!("eps {eps}, {device}, seed {}", random.initial_seed());
            assert_eq!(dbscan.run_on(&device, x).unwrap(), dbscan.run(x).unwrap(), "{context}");
        }
        let none = Dbscan::new(1.0, 5).run_on(&device, &Array2::zeros((0, 2))).unwrap();
        assert_eq!((none.labels.len(), none.clusters, none.noise()), (0, 0, 0));
    }
}

#[test]
fn what_cannot_be_clustered_is_an_error() {
    for device in devices("what_cannot_be_clustered_is_an_error") {
        let fine = array![[1.0, 2.0], [3.0, 4.0]];
        let says = |result: Result<Crowds, Error>, expected: &str| {
            let error = result.unwrap_err().to_string();
            assert!(error.starts_with("DBSCAN") && error.contains(expected), "{error}");
        };
        let run =
            |eps, min_points, x: &Array2<f32>| Dbscan::new(eps, min_points).run_on(&device, x);
        says(run(1.0, 2, &array![[1.0, f32::NAN]]), "row 0, column 1 is NaN");
        says(run(1.0, 0, &fine), "min_points must be at least 1");
        says(run(0.0, 2, &fine), "above 0");
        says(run(-1.0, 2, &fine), "from 0 on, not -1");
        says(run(1.0, 2, &Array2::zeros((3, 0))), "at least one coordinate");
        says(run(1.0, 2, &Array2::zeros((3, 4))), "up to 3 coordinates; `run` takes any number");
        let host = Dbscan::new(1.0, 2).run(&array![[1.0, f32::NAN]]).unwrap_err();
        let found = run(1.0, 2, &array![[1.0, f32::NAN]]).unwrap_err();
        assert_eq!(found.to_string(), host.to_string());
    }
}

#[test]
fn every_version_is_described_in_the_file() {
    let source = Source::file("dbscan.cu").unwrap();
    for version in KERNEL_VERSIONS {
        let line = format!("// {}  ", version.name().replacen('_', " ", 1));
        assert!(source.as_written().contains(&line), "{line}");
        for step in ["core", "join"] {
            let kernel = format!("dbscan_{}_{step}(", &version.name()[..2]);
            assert!(source.as_written().contains(&kernel), "{kernel}");
        }
    }
}
