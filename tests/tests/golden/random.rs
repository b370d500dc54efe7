//! The random numbers against those that PyTorch 2.15 drew on a CPU, bit for bit.

use lesson_lib::data;
use lesson_lib::ndarray::{Array2, array};
use lesson_lib::random::{self, Generator, MultivariateNormal};
use serde_json::Value;

fn recorded() -> Value {
    serde_json::from_str(include_str!("../../data/rng.json")).expect("rng.json is JSON")
}

/// The recorded numbers under `key`. The parser may miss the last bit of an f64; the file holds
/// f32 values and small whole numbers, which the rounding to f32 brings back exactly.
fn numbers(recorded: &Value, key: &str) -> Vec<f32> {
    let values = recorded[key].as_array().unwrap_or_else(|| panic!("no {key} in rng.json"));
    values.iter().map(|value| value.as_f64().expect("a number") as f32).collect()
}

const SEEDS: [u64; 3] = [0, 1, 42];

#[test]
fn uniform_numbers_are_torchs() {
    for seed in SEEDS {
        let drawn = Generator::new(seed).rand(8).to_vec();
        assert_eq!(drawn, numbers(&recorded(), &format!("rand8_seed{seed}")));
    }
}

#[test]
fn normal_numbers_are_torchs_in_every_length() {
    for seed in SEEDS {
        for length in [5, 15, 16, 17, 20] {
            let key = format!("randn{length}_seed{seed}");
            let drawn = Generator::new(seed).randn(length).to_vec();
            assert_eq!(drawn, numbers(&recorded(), &key), "{key}");
        }
    }
}

#[test]
fn permutations_and_whole_numbers_are_torchs() {
    let recorded = recorded();
    for seed in SEEDS {
        let drawn = Generator::new(seed).randperm(10).mapv(|i| i as f32).to_vec();
        assert_eq!(drawn, numbers(&recorded, &format!("randperm10_seed{seed}")));
        let drawn = Generator::new(seed).randperm(1500).mapv(|i| i as f32).to_vec();
        assert_eq!(drawn[..10], numbers(&recorded, &format!("randperm1500_first10_seed{seed}")));
    }
    let drawn = Generator::new(42).randint(0, 100, 10).expect("a range").mapv(|i| i as f32);
    assert_eq!(drawn.to_vec(), numbers(&recorded, "randint_0_100_x10_seed42"));
}

/// The `<f4` array of a version 1 `.npy` file.
fn npy(bytes: &[u8], shape: (usize, usize)) -> Array2<f32> {
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let (values, rest) = bytes[start..].as_chunks::<4>();
    assert!(rest.is_empty());
    let values = values.iter().map(|&value| f32::from_le_bytes(value)).collect();
    Array2::from_shape_vec(shape, values).expect("the shape of the file")
}

#[test]
fn the_lessons_weights_are_torchs() {
    let recorded = npy(include_bytes!("../../data/weights_seed1.npy"), (784, 10));
    assert_eq!(Generator::new(1).randn((784, 10)), recorded);
}

fn csv(text: &str) -> Array2<f32> {
    let values: Vec<f32> = text
        .split([',', '\n'])
        .filter(|v| !v.is_empty())
        .map(|v| v.parse().expect("f32"))
        .collect();
    Array2::from_shape_vec((values.len() / 2, 2), values).expect("two columns")
}

#[test]
fn the_lessons_points_are_torchs() {
    let blobs = data::lesson_blobs();
    assert_eq!(blobs.centroids, csv(include_str!("../../data/centroids.csv")));
    assert_eq!(blobs.data, csv(include_str!("../../data/data.csv")));
}

/// The lesson's own cells: centroids, a distribution a centroid, then a random choice of points.
#[test]
fn the_lessons_way_to_its_points_gives_the_same() {
    let generator = &mut Generator::new(42);
    let centroids = generator.rand((6, 2)) * 70.0 - 35.0;
    let covariance = array![[5.0, 0.0], [0.0, 5.0]];
    let blobs = data::lesson_blobs();
    for (i, centroid) in centroids.rows().into_iter().enumerate() {
        let distribution = MultivariateNormal::new(&centroid, &covariance).expect("valid");
        let first = 250 * i;
        let expected = blobs.data.slice(lesson_lib::ndarray::s![first..first + 250, ..]);
        assert_eq!(distribution.sample_with(250, generator), expected, "cloud {i}");
    }
    let chosen = generator.randperm(1500).mapv(|i| i as f32).to_vec();
    assert_eq!(chosen[..6], numbers(&recorded(), "after_lesson_data_randperm1500_first6"));
}

/// Whatever the order of the threads, together they draw the numbers of one generator.
#[test]
fn the_shared_generator_serves_threads_one_at_a_time() {
    random::manual_seed(4);
    let draw = || random::rand(100).mapv(f32::to_bits).to_vec();
    let handles: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
    let mut drawn: Vec<_> =
        handles.into_iter().flat_map(|handle| handle.join().expect("no panic")).collect();
    let mut expected = Generator::new(4).rand(400).mapv(f32::to_bits).to_vec();
    drawn.sort_unstable();
    expected.sort_unstable();
    assert_eq!(drawn, expected);
}
