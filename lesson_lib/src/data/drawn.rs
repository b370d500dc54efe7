//! Pictures of digits in the manner of MNIST, drawn from handwriting that comes with the library.

use super::digit_set::{DigitSource, Mnist};
use super::digits::{Digits, handwritten_digits};
use super::sheet::{Hand, PIXELS, Sheet};
use crate::Result;
use crate::random::Generator;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// Source digits set apart for validation.
const VALID_SOURCES: usize = 300;
/// Pictures that share one generator, and the unit of parallel work: the pictures then do not
/// depend on the number of threads.
const BATCH: usize = 250;

/// `n_train` and `n_valid` pictures of 28×28 pixels that look like MNIST's, drawn from
/// [`handwritten_digits`].
///
/// Each picture takes a digit at random, then turns, slants, scales and shifts it and varies the
/// pen. No source digit serves both parts. The pixels are multiples of 1/256 in [0, 1), as in the
/// lesson's copy of MNIST. The same seed gives the same pictures, whatever the number of threads.
///
/// # Errors
/// [`crate::Error::Data`] if the library was built from a damaged file.
///
/// ```
/// let drawn = lesson_lib::data::drawn_digits(500, 100, 42)?;
/// assert_eq!((drawn.x_train.dim(), drawn.y_valid.len()), ((500, 784), 100));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn drawn_digits(n_train: usize, n_valid: usize, seed: u64) -> Result<Mnist> {
    let sheets = enlarged_digits()?;
    let (train, valid) = sheets.split_at(sheets.len() - VALID_SOURCES);
    let mut generator = Generator::new(seed);
    let (x_train, y_train) = draw(train, n_train, &mut generator);
    let (x_valid, y_valid) = draw(valid, n_valid, &mut generator);
    let source = DigitSource::Drawn { because: "drawn_digits was called".into() };
    Ok(Mnist { x_train, y_train, x_valid, y_valid, source })
}

fn enlarged_digits() -> Result<Vec<Sheet>> {
    let Digits { images, labels } = handwritten_digits()?;
    Ok((0..labels.len()).into_par_iter().map(|i| Sheet::new(images.row(i), labels[i])).collect())
}

/// `n` pictures of digits chosen from `sheets`: pixels `(n, 784)` and labels `(n,)`.
fn draw(sheets: &[Sheet], n: usize, generator: &mut Generator) -> (Array2<f32>, Array1<u8>) {
    let mut pictures = vec![[0.0; PIXELS]; n];
    let mut labels = vec![0; n];
    let batches = pictures.par_chunks_mut(BATCH).zip(labels.par_chunks_mut(BATCH));
    batches.zip(generator.split(n.div_ceil(BATCH))).for_each(|((pictures, labels), generator)| {
        draw_batch(sheets, pictures, labels, generator);
    });
    (pictures.into(), labels.into())
}

fn draw_batch(
    sheets: &[Sheet],
    pictures: &mut [[f32; PIXELS]],
    labels: &mut [u8],
    mut generator: Generator,
) {
    for (picture, label) in pictures.iter_mut().zip(labels) {
        let choice = generator.rand(1)[0] * sheets.len() as f32;
        let sheet = &sheets[(choice as usize).min(sheets.len() - 1)];
        sheet.draw(&Hand::random(&mut generator), picture);
        *label = sheet.label;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ArrayView1, Axis};
    use rayon::ThreadPoolBuilder;

    #[test]
    fn pictures_do_not_depend_on_the_number_of_threads() {
        let drawn = |threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| drawn_digits(1001, 10, 3)).expect("digits")
        };
        let (one, three) = (drawn(1), drawn(3));
        assert_eq!((&one.x_train, &one.y_train), (&three.x_train, &three.y_train));
        assert_eq!((&one.x_valid, &one.y_valid), (&three.x_valid, &three.y_valid));
    }

    #[test]
    fn seeds_and_parts_differ() -> Result<()> {
        let (a, b) = (drawn_digits(300, 300, 1)?, drawn_digits(300, 300, 2)?);
        assert_ne!(a.x_train, b.x_train);
        assert_ne!(a.x_train, a.x_valid);
        Ok(())
    }

    #[test]
    fn no_pictures_are_fine() -> Result<()> {
        let none = drawn_digits(0, 0, 1)?;
        assert_eq!((none.x_train.dim(), none.y_valid.len()), ((0, 784), 0));
        Ok(())
    }

    #[test]
    fn pixels_are_those_of_mnist() -> Result<()> {
        let drawn = drawn_digits(2000, 0, 7)?;
        let whole = |pixel: &f32| pixel * 256.0 == (pixel * 256.0).trunc();
        assert!(drawn.x_train.iter().all(|pixel| whole(pixel) && (0.0..1.0).contains(pixel)));
        // The mean that is published for MNIST is 0.13.
        let mean = drawn.x_train.mean().unwrap_or_default();
        assert!((0.1..0.18).contains(&mean), "mean {mean}");
        for row in drawn.x_train.rows() {
            assert!(row.iter().any(|&pixel| pixel > 0.9), "a picture without a stroke");
        }
        Ok(())
    }

    /// The mean picture of each digit, `(784)`.
    fn means(drawn: &Mnist) -> Vec<Array1<f32>> {
        (0..10)
            .map(|digit| {
                let rows: Vec<usize> =
                    (0..drawn.y_train.len()).filter(|&i| drawn.y_train[i] == digit).collect();
                drawn.x_train.select(Axis(0), &rows).mean_axis(Axis(0)).expect("every digit")
            })
            .collect()
    }

    fn nearest(means: &[Array1<f32>], picture: ArrayView1<f32>) -> u8 {
        let distances = means.iter().map(|mean| (mean - &picture).mapv(|d| d * d).sum());
        let closest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        closest.map_or(0, |(digit, _)| digit as u8)
    }

    /// The labels fit the pictures: knowing nothing but the ten mean pictures tells most of the
    /// digits that other people wrote (chance would be 10 %).
    #[test]
    fn pictures_show_their_labels() -> Result<()> {
        let drawn = drawn_digits(5000, 1000, 5)?;
        let means = means(&drawn);
        let hits = (0..1000)
            .filter(|&i| nearest(&means, drawn.x_valid.row(i)) == drawn.y_valid[i])
            .count();
        assert!(hits > 650, "{hits} of 1000 recognised");
        Ok(())
    }
}
