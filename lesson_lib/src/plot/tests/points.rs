//! Points: where they are drawn, and how they look.

use super::*;
use crate::plot;
use ndarray::{Array, Array2, array};

const GREEN: Rgb<u8> = Rgb([0x00, 0x9e, 0x73]);
const NOISE: Rgb<u8> = Rgb([0xb8; 3]);
const HIGHLIGHT: Rgb<u8> = Rgb([0xff, 0x40, 0xff]);
const INK: Rgb<u8> = Rgb([0x26; 3]);

/// The middle of what has this colour.
fn middle(image: &RgbImage, color: Rgb<u8>) -> (f64, f64) {
    let (left, top, right, bottom) = extent_of(image, color);
    (f64::from(left + right) / 2.0, f64::from(top + bottom) / 2.0)
}

#[test]
fn points_lie_where_their_numbers_say() {
    let corners = array![[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]];
    let image = picture(&plot::scatter(&corners).labels(0..3));
    let [a, b, c] = [BLUE, VERMILION, GREEN].map(|color| middle(&image, color));
    // The legend has the same colours: without it the places are these.
    let bare = picture(&plot::plot_data(Array2::<f64>::zeros((0, 2)), &corners, 1));
    let [bare_a, bare_b, bare_c] = [BLUE, VERMILION, GREEN].map(|color| middle(&bare, color));
    assert!((bare_a.1 - bare_b.1).abs() <= 0.5 && (bare_b.0 - bare_c.0).abs() <= 0.5);
    assert!(a.0 < b.0 && c.1 < b.1);
    let (across, up) = (bare_b.0 - bare_a.0, bare_b.1 - bare_c.1);
    assert!((across * 3.0 - up * 4.0).abs() < 4.0, "{across} × {up} pixels for 4 × 3");
}

#[test]
fn a_long_cloud_fills_the_plot_unless_lengths_are_to_be_equal() {
    let long = array![[0.0, 0.0], [40.0, 0.0], [40.0, 1.0]];
    let figure = || plot::plot_data(Array2::<f64>::zeros((0, 2)), &long, 1);
    let height = |figure: &Figure| {
        let image = picture(figure);
        middle(&image, VERMILION).1 - middle(&image, GREEN).1
    };
    assert!(height(&figure()) > 200.0);
    assert!(height(&figure().equal_axes(true)) < 40.0);
}

#[test]
fn noise_is_grey_and_groups_have_keys() {
    let points = array![[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]];
    let image = picture(&plot::scatter(&points).labels([0, -1, 1]));
    assert!(count_of(&image, NOISE) > 40);
    let plain = picture(&plot::scatter(&points));
    assert_eq!(image.height(), plain.height() + 20, "the legend has one row");
}

#[test]
fn the_area_of_a_point_is_as_its_size() {
    let points = array![[0.0, 0.0], [1.0, 1.0]];
    let ink =
        |sizes: [f64; 2]| count_of(&picture(&plot::scatter(&points).sizes(sizes)), BLUE) as f64;
    let (even, fourth, speck) = (ink([1.0, 1.0]), ink([1.0, 0.25]), ink([f64::NAN, 0.0]));
    assert!((0.55..0.68).contains(&(fourth / even)), "{fourth} of {even}");
    assert!(speck < 0.05 * even, "{speck} of {even}");
}

#[test]
fn an_arrow_reaches_from_one_point_to_the_other() {
    let image = picture(&plot::arrows(array![[0.0, 0.0]], array![[4.0, 3.0]]));
    let ends = array![[0.0, 0.0], [4.0, 3.0]];
    let corners = picture(&plot::plot_data(Array2::<f64>::zeros((0, 2)), &ends, 1));
    // A thin slanting line has few pixels of the full colour.
    let is_blue = |(_, _, pixel): &(u32, u32, &Rgb<u8>)| pixel.0[0] < 160 && pixel.0[2] > 150;
    let inked: Vec<(u32, u32)> =
        image.enumerate_pixels().filter(is_blue).map(|(x, y, _)| (x, y)).collect();
    let (left, right) = (inked.iter().min().unwrap().0, inked.iter().max().unwrap().0);
    let across = middle(&corners, VERMILION).0 - middle(&corners, BLUE).0;
    let long = f64::from(right - left);
    assert!((long - across).abs() < 4.0, "{long} for {across} pixels");
    let within =
        |columns: std::ops::Range<u32>| inked.iter().filter(|at| columns.contains(&at.0)).count();
    let (start, tip) = (within(left..left + 8), within(right - 8..right));
    assert!(tip > start + 4, "{tip} pixels at the tip with its head, {start} at the start");
}

#[test]
fn the_cross_of_a_centroid_is_magenta_on_black() {
    let points = array![[0.0, 0.0], [2.0, 2.0]];
    let image = picture(&plot::plot_data(array![[1.0, 1.0]], &points, 2));
    let (inner, outer) = (extent_of(&image, HIGHLIGHT), middle(&image, HIGHLIGHT));
    let near = |place: u32, middle: f64| (f64::from(place) - middle).abs() < 14.0;
    let dark = image
        .enumerate_pixels()
        .filter(|(x, y, pixel)| **pixel == INK && near(*x, outer.0) && near(*y, outer.1));
    let (mut left, mut right) = (u32::MAX, 0);
    dark.for_each(|(x, ..)| (left, right) = (left.min(x), right.max(x)));
    assert!(left < inner.0 && right > inner.2, "black shows around magenta");
}

#[test]
fn limits_cut_off_what_lies_beyond() {
    let figure = || plot::line(0..11, 0..11);
    let image = picture(&figure().x_limits(2.0..4.0).y_limits(0.0..));
    let (left, _, right, _) = extent_of(&image, BLUE);
    let axis = extent_of(&image, Rgb([0x8c; 3]));
    assert!(left >= axis.0 && right <= axis.2, "{left} to {right} in {axis:?}");
    // Labels stand where they stood, and nothing but them is left of the axis.
    let whole = picture(&figure().x_limits(2.0..4.0).y_limits(0.0..10.4));
    assert_eq!(image.dimensions(), whole.dimensions());
}

#[test]
fn a_power_is_a_straight_line_on_logarithmic_axes() {
    let x: Vec<f64> = (0..5).map(|power| 10_f64.powi(power)).collect();
    let figure = plot::line(&x, x.iter().map(|x| x * x)).log_x().log_y();
    let image = picture(&figure);
    let (left, top, right, bottom) = extent_of(&image, BLUE);
    for i in 1..4 {
        let (x, y) = (left + (right - left) * i / 4, bottom - (bottom - top) * i / 4);
        assert!(image.get_pixel(x, y).0[0] < 60, "at ({x}, {y})");
    }
}

#[test]
fn whiskers_reach_as_far_as_their_half_width() {
    let image = picture(&plot::error_bars([0, 1, 2], [5.0; 3], [1.0, 4.0, 2.0]));
    let is_blue = |x: u32, y: u32| {
        let [red, _, blue] = image.get_pixel(x, y).0;
        red < 128 && blue > 120
    };
    let heights: Vec<usize> = (0..image.width())
        .map(|x| (0..image.height()).filter(|&y| is_blue(x, y)).count())
        .collect();
    let highest = |columns: std::ops::Range<usize>| *heights[columns].iter().max().unwrap();
    let third = heights.len() / 3;
    let [a, b, c] = [0, 1, 2].map(|i| highest(i * third..(i + 1) * third));
    assert!(a.abs_diff(b / 4) < 6 && c.abs_diff(b / 2) < 6, "{a}, {b} and {c} pixels");
}

#[test]
fn the_fullest_square_is_yellow_and_empty_ones_are_paper() {
    let points = Array::from_shape_fn((10_000, 2), |(i, axis)| match i {
        0 => [0.0, 0.0][axis],
        1 => [1.0, 1.0][axis],
        _ => 0.25,
    });
    let image = picture(&plot::density(&points));
    let (violet, yellow) = (Rgb([0x44, 0x01, 0x54]), Rgb([0xfd, 0xe7, 0x25]));
    assert!(count_of(&image, violet) >= 2 * 16 && count_of(&image, yellow) >= 16);
    assert!(count_of(&image, WHITE) > 100_000);
}

#[test]
fn the_near_cloud_hides_the_far_one() {
    let points = array![[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]];
    let seen_from = |azimuth: f64| {
        let image = picture(&plot::scatter3d(&points).labels(["a", "b"]).turned(azimuth, 0.0));
        // The keys of the legend have the colours too.
        count_of(&image, BLUE) > count_of(&image, VERMILION)
    };
    assert!(seen_from(-90.0) && !seen_from(90.0));
}

#[test]
fn a_grid_holds_each_figure_as_it_is_alone_in_that_size() {
    let panel = |last: i32| plot::line(0..3, [0, 1, last]);
    let grid = picture(&plot::grid(2, [panel(2), panel(5), panel(9)]).size(600, 500));
    assert_eq!(grid.dimensions(), (600, 500));
    for (i, last) in [2, 5, 9].into_iter().enumerate() {
        let alone = picture(&panel(last).size(300, 250));
        let corner = (i as u32 % 2 * 300, i as u32 / 2 * 250);
        let part = image::imageops::crop_imm(&grid, corner.0, corner.1, 300, 250).to_image();
        assert!(part == alone, "figure {i}");
    }
}

#[test]
fn a_plot_has_no_more_colours_than_an_animation_keeps() {
    let points = Array::from_shape_fn((1500, 2), |(i, axis)| {
        let cloud = [i / 250 * 7 % 30, i / 250 * 11 % 30][axis] as f64;
        cloud + ((i * [7919, 104_729][axis]) % 97) as f64 / 12.0
    });
    let image = picture(&plot::plot_data(array![[3.0, 3.0], [10.0, 15.0]], &points, 250));
    let colors: std::collections::HashSet<_> = image.pixels().collect();
    assert!(colors.len() <= 255, "{} colours", colors.len());
}
