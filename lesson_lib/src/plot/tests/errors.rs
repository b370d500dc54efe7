//! What cannot be drawn says why.

use super::*;
use crate::plot::ColorMap;
use crate::{Error, plot};
use ndarray::{Array, Array1, Array2, Array3};

fn problem(figure: Figure) -> String {
    let error = figure.png().expect_err("this cannot be drawn");
    assert_eq!(figure.description().map_err(|error| error.to_string()), Err(error.to_string()));
    error.to_string()
}

#[test]
fn lists_that_do_not_match_name_both_lengths() {
    assert_eq!(
        problem(plot::line(0..3, 0..4)),
        "plot::line: shapes (3,) and (4,) do not fit: give as many x as y"
    );
    assert_eq!(
        problem(plot::bar(["a"], [1, 2])),
        "plot::bar: shapes (1,) and (2,) do not fit: give as many labels as values"
    );
    assert_eq!(
        problem(plot::images(Array2::<f32>::zeros((3, 4))).captions(["a"])),
        "plot::images: shapes (3, 4) and (1,) do not fit: give one caption for each image"
    );
    let points = Array2::<f32>::zeros((3, 2));
    assert_eq!(
        problem(plot::scatter(&points).sizes([1.0])),
        "plot::scatter: shapes (3, 2) and (1,) do not fit: give one size for each point"
    );
    assert_eq!(
        problem(plot::arrows(&points, Array2::<f32>::zeros((1, 2)))),
        "plot::arrows: shapes (3, 2) and (1, 2) do not fit: give as many ends as beginnings"
    );
}

#[test]
fn nothing_to_draw_is_an_error() {
    let none: [f64; 0] = [];
    assert_eq!(problem(Figure::new()), "plot: nothing to draw");
    assert_eq!(problem(plot::line(none, none)), "plot: a line without points");
    assert_eq!(problem(plot::line([1.0], [f64::NAN])), "plot: a line with no finite point");
    assert_eq!(problem(plot::hist(none, 3)), "plot: a histogram of no values");
    assert_eq!(problem(plot::bar(none, none)), "plot: bars of no values");
    assert_eq!(problem(plot::bar(["a"], [f32::INFINITY])), "plot: bars of no finite value");
    assert_eq!(
        problem(plot::ladder([("a", 1.0)].into_iter().skip(1))),
        "plot: a ladder without rows"
    );
    assert_eq!(
        problem(plot::imshow(Array::from_elem((1, 1), f32::NAN))),
        "plot: an image with no finite value"
    );
}

#[test]
fn arrays_that_are_no_images_say_what_to_do() {
    let begins = "plot::imshow: shape";
    assert_eq!(
        problem(plot::imshow(Array1::<f32>::zeros(784))),
        format!("{begins} (784,) does not fit: an image has two axes; reshape to (28, 28)")
    );
    for (shape, help) in [
        (
            (2, 4, 5),
            "an image is (rows, columns), or (rows, columns, 3) in colour; plot::images draws a batch",
        ),
        (
            (3, 4, 5),
            "colours come last, as (rows, columns, 3): reorder the axes with .permuted_axes([1, 2, 0])",
        ),
        ((5, 6, 4), "colours are red, green and blue: take .slice(s![.., .., ..3])"),
        ((0, 6, 3), "the image is empty"),
    ] {
        let image = Array3::<f32>::zeros(shape);
        assert_eq!(
            problem(plot::imshow(&image)),
            format!("{begins} {shape:?} does not fit: {help}")
        );
    }
    assert_eq!(
        problem(plot::imshow(vec![vec![1, 2], vec![3]])),
        format!("{begins} (3,) does not fit: an image has two axes, and rows of equal length")
    );
    assert_eq!(
        problem(plot::imshow(Array2::<f32>::zeros((0, 5)))),
        format!("{begins} (0, 5) does not fit: the image is empty")
    );
    let begins = "plot::images: shape";
    assert_eq!(
        problem(plot::images(Array2::<f32>::zeros((2, 10)))),
        format!(
            "{begins} (2, 10) does not fit: the images are not square: reshape to (n, rows, columns)"
        )
    );
    assert_eq!(
        problem(plot::images(Array2::<f32>::zeros((1001, 1)))),
        format!("{begins} (1001, 1) does not fit: draw at most 1000 images: slice the batch")
    );
    assert_eq!(
        problem(plot::images(Array2::<f32>::zeros((3, 0)))),
        format!("{begins} (3, 0) does not fit: the batch is empty")
    );
}

#[test]
fn colours_that_are_none_say_what_to_do() {
    let image = |value: f64| plot::imshow(Array::from_elem((2, 2, 3), value));
    assert_eq!(
        problem(image(255.0)),
        "plot::imshow: colours go from 0 to 1, and these from 255 to 255: divide bytes by 255"
    );
    assert_eq!(problem(image(f64::NAN)), "plot: an image with no finite value");
    let place = "imshow of (rows, columns): colours are shown as they are";
    for (figure, setting) in [
        (image(0.5).color_bar(), ".color_bar(…)"),
        (image(0.5).value_range(0.0, 1.0), ".value_range(…)"),
        (image(0.5).color_map(ColorMap::Gray), ".color_map(…)"),
    ] {
        assert_eq!(problem(figure), format!("plot: {setting} belongs after {place}"));
    }
}

#[test]
fn a_logarithmic_scale_needs_times_above_zero() {
    for time in [0.0, -1.0, f64::NAN] {
        let found = problem(plot::ladder([("loops", 1.0), ("magic", time)]));
        let expected = format!(
            "plot: the time of “magic” is {time} s: a logarithmic scale needs times above zero"
        );
        assert_eq!(found, expected);
    }
}

#[test]
fn settings_out_of_place_or_out_of_range_are_errors() {
    let line = || plot::line(0..2, 0..2);
    assert_eq!(problem(line().captions(["a"])), "plot: .captions(…) belongs after images");
    assert_eq!(problem(line().color_bar()), "plot: .color_bar(…) belongs after imshow");
    assert_eq!(
        problem(Figure::new().name("a")),
        "plot: .name(…) belongs after a line, a histogram, error bars or arrows"
    );
    assert_eq!(
        problem(line().size(10, 300)),
        "size: 10 × 300 pixels: each side must be 60 to 8000"
    );
    let image = plot::imshow(Array2::<f32>::zeros((2, 2)));
    assert_eq!(
        problem(image.value_range(1.0, 1.0)),
        "value_range: 1 to 1 is no range: give the lower value first"
    );
    assert_eq!(
        problem(line().imshow(Array2::<f32>::zeros((2, 2)))),
        "plot: these marks have different axes: give each its own figure"
    );
    assert_eq!(
        line()
            .x_label("x")
            .title("A long title\nover two lines")
            .size(60, 60)
            .png()
            .unwrap_err()
            .to_string(),
        "plot: 60 × 60 pixels leave no room beside the labels: enlarge them"
    );
    assert!(problem(plot::bar(0..1000, 0..1000)).ends_with("show fewer, or set a size"));
    assert!(problem(plot::line([0.0, 1.0], [-f64::MAX, f64::MAX])).contains("scale the values"));
}

#[test]
fn arrays_that_are_no_points_say_what_to_do() {
    let help = "points are (n, 2): in each row the x, y of a point";
    for shape in [(3, 3), (3, 1)] {
        assert_eq!(
            problem(plot::scatter(Array2::<f32>::zeros(shape))),
            format!("plot::scatter: shape {shape:?} does not fit: {help}")
        );
    }
    assert_eq!(
        problem(plot::density(Array1::<f32>::zeros(4))),
        format!("plot::density: shape (4,) does not fit: {help}")
    );
    assert_eq!(
        problem(plot::scatter3d(Array2::<f32>::zeros((5, 2)))),
        "plot::scatter3d: shape (5, 2) does not fit: points are (n, 3): in each row the x, y, z \
         of a point"
    );
    assert_eq!(
        problem(plot::plot_data(Array2::<f32>::zeros((6, 1)), Array2::<f32>::zeros((9, 2)), 3)),
        format!("plot, centroids: shape (6, 1) does not fit: {help}")
    );
    assert_eq!(
        problem(plot::scatter(Array2::<f32>::zeros((3, 2))).labels(0..2)),
        "plot::scatter: shapes (3, 2) and (2,) do not fit: give one label for each point"
    );
    assert_eq!(
        problem(plot::error_bars(0..2, 0..3, 0..2)),
        "plot::error_bars: shapes (2,), (3,) and (2,) do not fit: give as many x as y and half widths"
    );
}

#[test]
fn axes_that_cannot_be_say_why() {
    let line = || plot::line(0..3, 0..3);
    assert_eq!(
        problem(line().x_limits(2.0..1.0)),
        "x_limits: 2 to 1 is no range: give the lower value first"
    );
    assert_eq!(problem(line().log_y()), "log_y: a logarithmic axis needs values above zero");
    assert_eq!(
        problem(plot::bar(["a"], [1]).y_limits(..3.0)),
        "plot: the y axis of these marks has no limits and no logarithm"
    );
    let space = || plot::scatter3d(Array2::<f32>::zeros((3, 3)));
    assert_eq!(problem(space().turned(f64::NAN, 0.0)), "turned: give two angles in degrees");
    assert_eq!(problem(line().sizes([1.0])), "plot: .sizes(…) belongs after scatter");
    assert_eq!(problem(line().turned(1.0, 2.0)), "plot: .turned(…) belongs after scatter3d");
    assert_eq!(
        problem(line().labels(["a"])),
        "plot: .labels(…) belongs after scatter or scatter3d"
    );
}

#[test]
fn a_grid_says_what_is_wrong_with_it_and_its_figures() {
    let line = || plot::line(0..3, 0..3);
    assert_eq!(problem(plot::grid(0, [line()])), "plot::grid: give at least one column");
    assert_eq!(problem(plot::grid(2, [])), "plot: a grid without figures");
    assert_eq!(
        problem(plot::grid(2, [line(), plot::line(0..2, 0..3)])),
        "plot::line: shapes (2,) and (3,) do not fit: give as many x as y"
    );
    assert_eq!(
        problem(plot::grid(2, [line()]).line(0..2, 0..2)),
        "plot: a grid has no marks of its own: add them to its figures"
    );
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let error = plot::line(0..2, 0..2).save("no/such/folder/line.png").unwrap_err();
    assert!(matches!(&error, Error::Io { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot write no/such/folder/line.png: "));
}
