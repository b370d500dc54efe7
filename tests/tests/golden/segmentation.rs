//! The regions of a small picture, against scikit-learn. `tests/data/segmentation.py` made the file.

use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
use lesson_lib::cluster::{adjusted_rand_index, labels};
use lesson_lib::ndarray::{Array1, Array2, Array3};
use serde_json::Value;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/segmentation.json");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

/// The picture: `(height, width, 3)`.
fn picture(rows: &Value) -> Array3<f64> {
    let pixels: Vec<&Value> = list(rows).iter().flat_map(list).collect();
    let channels = pixels.iter().flat_map(|pixel| list(pixel));
    let values = channels.map(|value| value.as_f64().expect("a number") / 255.0).collect();
    let height = list(rows).len();
    let shape = (height, pixels.len() / height, 3);
    Array3::from_shape_vec(shape, values).expect("rows of one length")
}

/// A row for each pixel: `(h · w, 3)`, or `(h · w, 5)` if its place counts.
fn pixels(picture: &Array3<f64>, place: f64) -> Array2<f64> {
    let (height, width, _) = picture.dim();
    let coordinates = if place == 0.0 { 3 } else { 5 };
    Array2::from_shape_fn((height * width, coordinates), |(i, k)| match k {
        3 => (i / width) as f64 * place,
        4 => (i % width) as f64 * place,
        _ => picture[(i / width, i % width, k)],
    })
}

#[test]
fn the_regions_of_a_small_picture_are_scikit_learns() {
    let golden = golden();
    let picture = picture(&golden["picture"]);
    assert_eq!(list(&golden["cases"]).len(), 2);
    for case in list(&golden["cases"]) {
        let number = |name: &str| case[name].as_f64().expect("a number");
        let expected: Array1<usize> =
            list(&case["labels"]).iter().map(|label| label.as_u64().unwrap() as usize).collect();
        let x = pixels(&picture, number("place"));
        for weight in [Weight::Flat(number("bandwidth")), Weight::Gaussian(0.1)] {
            let shift = MeanShift::new(weight);
            let mut runs = vec![shift.run(&x).expect("points")];
            if x.ncols() == 3 {
                runs.push(shift.fast().run(&x).expect("points"));
            }
            for run in runs {
                let found = labels(&run.points, 0.02).expect("points");
                let index = adjusted_rand_index(&found, &expected).expect("as many");
                assert_eq!(index, 1.0, "{weight:?}, {} coordinates", x.ncols());
            }
        }
    }
}
