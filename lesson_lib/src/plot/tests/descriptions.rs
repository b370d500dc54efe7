//! What is said to readers who do not see the picture.

use super::*;
use crate::plot;
use ndarray::{Array, array};

fn described(figure: &Figure) -> String {
    figure.description().unwrap()
}

#[test]
fn a_histogram_tells_its_range_and_its_highest_bin() {
    let values = (0..10_000).map(|i| f64::from(i * 7919 % 10_000) / 10_000.0);
    assert_eq!(
        described(&plot::hist(values, 50)),
        "Histogram of 10 000 values, 50 bins, from 0.000 to 1.000, highest bin 200."
    );
}

#[test]
fn each_line_is_described_with_its_name() {
    let figure = plot::line(0..3, [1.0, 2.5, 2.0])
        .name("loss")
        .line([0.0, 1.0, f64::INFINITY], [0.5, f64::NAN, 1.0])
        .title("Which falls faster?")
        .x_label("epoch");
    assert_eq!(
        described(&figure),
        "Which falls faster? Line “loss” through 3 points, x from 0 to 2, y from 1.000 to 2.500. \
         Line through 1 point, x from 0 to 0, y from 0.500 to 0.500; 2 points not finite, skipped. \
         x axis: epoch."
    );
}

#[test]
fn few_bars_are_listed_and_many_summed_up() {
    assert_eq!(
        described(&plot::bar(["a", "b", "c"], [1.0, -2.25, f64::NAN])),
        "3 bars: a 1, b −2.25; 1 value not finite, skipped."
    );
    assert_eq!(described(&plot::bar(0..30, 0..30)), "30 bars: from 0 to 29.");
}

#[test]
fn images_tell_shape_range_and_captions() {
    let image = Array::from_shape_vec((1, 3), vec![0.0, 1.0, f64::NAN]).unwrap();
    assert_eq!(
        described(&plot::imshow(&image)),
        "Image of 1 row and 3 columns, values from 0 to 1, black to white; \
         1 value not finite, skipped."
    );
    let batch = Array::from_shape_fn((2, 4), |(i, _)| i);
    assert_eq!(
        described(&plot::images(&batch).captions([7, 1])),
        "2 images of 2 × 2 pixels, values from 0 to 1, black to white, captions 7, 1."
    );
    let many = plot::images(Array::<u8, _>::zeros((30, 4))).captions(0..30);
    assert!(described(&many).ends_with("black to white, with captions."));
}

#[test]
fn colour_images_tell_what_is_cut_off_and_missing() {
    let described_with = |value: f64| {
        let image =
            Array::from_shape_fn((2, 3, 3), |place| if place == (1, 2, 0) { value } else { 0.5 });
        described(&plot::imshow(image))
    };
    let begins = "Colour image of 2 rows and 3 columns";
    assert_eq!(described_with(1.0), format!("{begins}."));
    assert_eq!(
        described_with(1.25),
        format!("{begins}, values from 0.500 to 1.250 cut off at 0 and 1.")
    );
    assert_eq!(described_with(f64::NAN), format!("{begins}; 1 pixel not finite, skipped."));
}

#[test]
fn points_that_are_not_finite_are_left_out_and_counted() {
    let points = array![[0.0, 1.0], [f64::NAN, 2.0], [4.0, f64::INFINITY], [2.0, 3.0]];
    let skipped = "x from 0 to 2, y from 1 to 3; 2 points not finite, skipped";
    assert_eq!(described(&plot::scatter(&points)), format!("Scatter plot of 2 points, {skipped}."));
    assert!(described(&plot::density(&points)).contains(skipped));
    let bars = plot::error_bars([0, 1], [1.0, 2.0], [0.5, f64::NAN]);
    assert!(described(&bars).ends_with("; 1 point not finite, skipped."));
}

#[test]
fn no_points_are_described_too() {
    let none = || Array::<f64, _>::zeros((0, 2));
    assert_eq!(described(&plot::scatter(none())), "Scatter plot of no points.");
    assert_eq!(
        described(&plot::plot_data(none(), none(), 250)),
        "Scatter plot of no points. 0 centroids."
    );
    assert!(described(&plot::density(none())).starts_with("Density of no points;"));
    let space = plot::scatter3d(Array::<f64, _>::zeros((0, 3)));
    assert!(described(&space).starts_with("Scatter plot in space of no points, seen from −60°"));
    let none: [f64; 0] = [];
    assert_eq!(
        described(&plot::error_bars(none, none, none).name("a")),
        "Line “a” with error bars through no points."
    );
}

#[test]
fn many_groups_are_counted_and_few_are_listed() {
    let points = || Array::from_shape_fn((18, 2), |(i, axis)| i * axis);
    let listed = described(&plot::scatter(points()).labels((0..18).map(|i| i % 8)));
    assert!(listed.contains(" in 8 groups: 0 (3), 1 (3), 2 (2),"), "{listed}");
    let counted = described(&plot::scatter(points()).labels((0..18).map(|i| i % 9)));
    assert!(counted.contains(" in 9 groups; x"), "{counted}");
}

#[test]
fn logarithmic_axes_are_told() {
    let figure = plot::line([1, 10], [1, 100]).log_x().log_y().x_label("steps");
    assert!(described(&figure).ends_with("logarithmic x axis: steps. logarithmic y axis."));
}

#[test]
fn the_author_has_the_last_word() {
    let figure = plot::line(0..2, 0..2).title("T").alt("A rising line");
    assert_eq!(described(&figure), "A rising line");
}
