//! The pixels that matter.

use super::*;
use crate::plot::{self, ColorMap};
use ndarray::{Array, array, s};
use std::collections::HashSet;

#[test]
fn an_image_shows_its_values_in_their_quadrants() {
    let image = picture(&plot::imshow(array![[0.0, 0.2], [0.6, 1.0]]));
    let (left, top, right, bottom) = extent_of(&image, Rgb([0; 3]));
    assert_eq!((right - left + 1, bottom - top + 1), (154, 154));
    let quadrant = |row: u32, column: u32| {
        let corner = (left + 154 * column, top + 154 * row);
        let middle = image.get_pixel(corner.0 + 77, corner.1 + 77);
        let ends = [(0, 0), (153, 0), (0, 153), (153, 153)];
        for (x, y) in ends {
            assert_eq!(image.get_pixel(corner.0 + x, corner.1 + y), middle);
        }
        middle.0
    };
    assert_eq!([quadrant(0, 0), quadrant(0, 1)], [[0; 3], [51; 3]]);
    assert_eq!([quadrant(1, 0), quadrant(1, 1)], [[153; 3], [255; 3]]);
}

#[test]
fn the_range_of_values_and_the_colour_map_can_be_set() {
    let image =
        picture(&plot::imshow([[0.5, 9.0]].map(Vec::from).as_slice()).value_range(0.0, 1.0));
    assert_eq!(count_of(&image, Rgb([128; 3])), 154 * 154);
    let figure = plot::imshow(array![[0, 1]]).color_map(ColorMap::Viridis);
    assert_eq!(count_of(&picture(&figure), Rgb([0x44, 0x01, 0x54])), 154 * 154);
    assert_eq!(count_of(&picture(&figure), Rgb([0xfd, 0xe7, 0x25])), 154 * 154);
    let colors = |figure: &Figure| picture(figure).pixels().collect::<HashSet<_>>().len();
    let added = colors(&figure.clone().color_bar()) - colors(&figure);
    assert!((150..256).contains(&added), "the bar shows {added} more colours");
}

#[test]
fn values_that_are_missing_have_a_colour_of_their_own() {
    let image = picture(&plot::imshow(array![[0.0, f32::NAN], [f32::INFINITY, 1.0]]));
    assert_eq!(count_of(&image, Rgb([0xf2, 0xc9, 0xde])), 2 * 154 * 154);
}

#[test]
fn colours_are_shown_as_they_are() {
    let colors =
        array![[[1.0, 0.0, 0.4], [-0.2, 0.5, 7.0]], [[f64::NAN, 0.0, 0.0], [1.0, 1.0, 0.0]]];
    let figure = plot::imshow(&colors);
    let counts = [[255, 0, 102], [0, 128, 255], [0xf2, 0xc9, 0xde], [255, 255, 0]];
    for color in counts {
        assert_eq!(count_of(&picture(&figure), Rgb(color)), 154 * 154, "{color:?}");
    }
    assert_eq!(picture(&plot::imshow(colors.slice(s![.., .., ..]))), picture(&figure));
    let pair = picture(&plot::grid(2, [figure.clone(), plot::imshow(array![[0.0, 1.0]])]));
    assert!(counts.iter().all(|&color| count_of(&pair, Rgb(color)) > 1000));
}

#[test]
fn a_large_colour_image_is_reduced_to_means() {
    let checks =
        Array::from_shape_fn((1040, 1040, 3), |(row, column, _)| ((row + column) % 2) as f64);
    let image = picture(&plot::imshow(checks));
    assert_eq!(count_of(&image, Rgb([128; 3])), 520 * 520);
}

#[test]
fn a_transposed_or_reversed_view_looks_like_its_copy() {
    let table = Array::from_shape_fn((30, 40), |(row, column)| (row * 3 + column) as f32);
    let view = table.slice(s![..;-2, 3..;3]);
    assert_eq!(picture(&plot::imshow(view.t())), picture(&plot::imshow(view.t().to_owned())));
    let column = table.slice(s![..;-1, 5]);
    assert_eq!(picture(&plot::line(0..30, column)), picture(&plot::line(0..30, column.to_vec())));
    assert_eq!(picture(&plot::hist(column, 4)), picture(&plot::hist(column.to_vec(), 4)));
}

#[test]
fn a_batch_is_laid_out_in_rows() {
    // Image i has i + 1 white pixels in its first row, all others are black.
    let batch =
        Array::from_shape_fn((5, 3, 3), |(i, row, column)| f32::from(row == 0 && column <= i % 3));
    let image = picture(&plot::images(&batch).columns(2));
    let (left, top, ..) = extent_of(&image, Rgb([0; 3]));
    let (scale, step) = (111 / 3, 111 + 6);
    let pixel = |row: u32, column: u32, x: u32, y: u32| {
        // The first black pixel is in the second column or row of the first image.
        let left = left + step * column + scale * x + scale / 2;
        image.get_pixel(left, top + step * row + scale * y + scale / 2).0[0]
    };
    let firsts = |row, column| [0, 1, 2].map(|x| pixel(row, column, x, 0));
    assert_eq!([firsts(0, 0), firsts(0, 1)], [[255, 0, 0], [255, 255, 0]]);
    assert_eq!([firsts(1, 0), firsts(1, 1)], [[255, 255, 255], [255, 0, 0]]);
    assert_eq!([firsts(2, 0), firsts(2, 1)], [[255, 255, 0], [255, 255, 255]]);
    assert_eq!(pixel(2, 0, 1, 1), 0);
    let flat = batch.to_shape((5, 9)).unwrap();
    assert_eq!(picture(&plot::images(flat).columns(2)), image);
}

#[test]
fn a_line_goes_through_its_points() {
    let image = picture(&plot::line(0..11, 0..11));
    let (left, top, right, bottom) = extent_of(&image, BLUE);
    for i in 1..10 {
        let x = left + (right - left) * i / 10;
        let y = bottom - (bottom - top) * i / 10;
        let red = |y: u32| image.get_pixel(x, y).0[0];
        assert!(red(y) < 40 && red(y - 9) > 200 && red(y + 9) > 200, "at ({x}, {y})");
    }
}

#[test]
fn a_line_breaks_at_missing_values_and_a_lone_point_is_a_dot() {
    let image = picture(&plot::line(0..7, [0.0, 0.0, f64::NAN, 0.0, f64::NAN, 0.0, 0.0]));
    let (left, top, right, bottom) = extent_of(&image, BLUE);
    let middle = u32::midpoint(top, bottom);
    let is_blue =
        |sixths: u32| *image.get_pixel(left + (right - left) * sixths / 12, middle) == BLUE;
    let found = [1, 4, 5, 6, 7, 8, 11].map(is_blue);
    assert_eq!(found, [true, false, false, true, false, false, true]);
    assert!(bottom - top >= 3, "the dot is higher than the line");
}

#[test]
fn one_point_and_constant_values_can_be_drawn() {
    assert!(count_of(&picture(&plot::line([3.0], [4.0])), BLUE) > 10);
    assert!(count_of(&picture(&plot::line(0..3, [5.0; 3])), BLUE) > 400);
    assert_eq!(
        count_of(&picture(&plot::imshow(Array::from_elem((2, 2), 7.0))), Rgb([0; 3])),
        308 * 308
    );
}

#[test]
fn named_lines_have_a_key_in_their_own_colour() {
    let plain = plot::line(0..2, [0, 0]).line(0..2, [1, 1]);
    let without = picture(&plain);
    let named = plot::line(0..2, [0, 0]).name("zero").line(0..2, [1, 1]).name("one");
    let with = picture(&named);
    assert_eq!(with.height(), without.height() + 20);
    for color in [BLUE, VERMILION] {
        let key = count_of(&with, color) - count_of(&without, color);
        assert!((18..=18 * 3).contains(&key), "{key} pixels of {color:?}");
    }
}

#[test]
fn bars_are_as_long_as_their_values() {
    let lengths = bar_lengths(&picture(&plot::bar(["a", "b", "c"], [4.0, 1.0, 2.0])), BLUE);
    assert_eq!(lengths, [360, 90, 180]);
    let signed = picture(&plot::bar(["up", "down"], [1.0, -1.0]));
    let lengths = bar_lengths(&signed, BLUE);
    assert!(lengths[0].abs_diff(lengths[1]) <= 1, "{lengths:?}");
    let (left, ..) = extent_of(&signed, BLUE);
    let first_row = extent_of(&signed, BLUE).1;
    assert_ne!(*signed.get_pixel(left, first_row), BLUE, "the negative bar reaches left");
}

#[test]
fn ladder_dots_lie_at_the_logarithms_of_their_times() {
    let image = picture(&plot::ladder([("a", 1.0), ("b", 0.1), ("c", 0.01)]));
    let is_dot = |x: u32, y: u32| *image.get_pixel(x, y) == BLUE;
    let rows: Vec<_> = (0..image.height())
        .map(|y| (0..image.width()).filter(|&x| is_dot(x, y)).collect::<Vec<u32>>())
        .collect();
    let dots = rows.split(|row| row.is_empty()).filter(|dot| !dot.is_empty());
    let centers: Vec<u32> = dots
        .map(|dot| dot.iter().flatten().sum::<u32>() / dot.iter().flatten().count() as u32)
        .collect();
    assert_eq!(centers.len(), 3);
    let steps = centers.windows(2).map(|pair| pair[0] - pair[1]);
    // The axis starts a power of ten below the shortest time.
    assert!(steps.into_iter().all(|step| step.abs_diff(120) <= 1), "{centers:?}");
}

#[test]
fn histogram_bars_are_as_high_as_their_counts() {
    let values = [vec![0.0; 8], vec![1.0; 2], vec![2.0; 4], vec![4.0; 6]].concat();
    let image = picture(&plot::hist(values, 4));
    let (left, top, right, bottom) = extent_of(&image, BLUE);
    let height = |bin: u32| {
        let x = left + (right - left) * (2 * bin + 1) / 8;
        (top..=bottom).filter(|&y| *image.get_pixel(x, y) == BLUE).count() as f64
    };
    let unit = height(0) / 8.0;
    for (bin, count) in [(1, 2.0), (2, 4.0), (3, 6.0)] {
        assert!((height(bin) - count * unit).abs() <= 1.0, "bin {bin}");
    }
}

#[test]
fn titles_labels_and_size_change_the_picture_as_they_say() {
    let plain = plot::line(0..2, 0..2);
    assert_eq!(picture(&plain.clone().size(400, 300)).dimensions(), (400, 300));
    let (width, height) = picture(&plain).dimensions();
    let titled = picture(&plain.clone().title("T"));
    assert_eq!(titled.dimensions(), (width, height + 24));
    assert!(
        titled.rows().take(26).flatten().any(|pixel| pixel.0[0] < 0x40),
        "the title is written"
    );
    let labelled = picture(&plain.x_label("x").y_label("y"));
    assert_eq!(labelled.dimensions(), (width + 22, height + 22));
    assert!((0..height).any(|y| *labelled.get_pixel(14, y) != WHITE), "the y label is written");
}

#[test]
fn a_million_points_are_drawn_like_a_thousand() {
    let wave = |count: i32| {
        let angle = move |i: i32| f64::from(i) / f64::from(count - 1) * 10.0;
        picture(&plot::line((0..count).map(angle), (0..count).map(move |i| angle(i).sin())))
    };
    let (few, many) = (wave(1_000), wave(1_000_000));
    assert_eq!(few.dimensions(), many.dimensions());
    let differ =
        |(a, b): &(&Rgb<u8>, &Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 70);
    let differing = few.pixels().zip(many.pixels()).filter(differ).count();
    assert!(differing < 30, "{differing} pixels differ");
}

#[test]
fn a_histogram_has_a_logarithmic_axis() {
    let values = (0..1111).map(|i| [0, 10, 100, 1000].iter().filter(|&&start| i > start).count());
    let figure = plot::hist(values, 4).log_y();
    let image = picture(&figure);
    let (left, _, right, bottom) = extent_of(&image, BLUE);
    let height = |bar: u32| {
        let x = left + (right - left) * (2 * bar + 1) / 8;
        (0..image.height()).filter(|&y| *image.get_pixel(x, y) == BLUE).count() as f64
    };
    // 1, 10, 90, 900 and 110 values, the last two in one bin.
    let heights = [0, 1, 2, 3].map(height);
    assert!(bottom > 200 && heights[0] > 10.0, "{heights:?}");
    let steps = [heights[1] - heights[0], heights[2] - heights[1], heights[3] - heights[2]];
    let decade = steps[0];
    assert!((steps[1] / decade - 9_f64.log10()).abs() < 0.05, "{heights:?}");
    assert!((steps[2] / decade - (1010_f64 / 90.0).log10()).abs() < 0.05, "{heights:?}");
}
