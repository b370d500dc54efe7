//! What is drawn with plotters is a figure like the others.

use super::{BLUE, count_of, extent_of, picture};
use crate::plot::{self, Area, Figure};
use crate::{Error, Result};
use plotters::prelude::*;

/// A bar of the given height at the left of 200 × 100 pixels.
fn bar(area: &Area, height: i32) -> Result<()> {
    area.draw(&Rectangle::new([(0, 100 - height), (19, 99)], BLUE_PAINT.filled()))?;
    Ok(())
}

const BLUE_PAINT: RGBColor = RGBColor(0x00, 0x72, 0xb2);

#[test]
fn a_drawing_is_shown_pixel_for_pixel() {
    let image = picture(&plot::plotters(200, 100, |area| bar(area, 40)));
    assert_eq!(image.dimensions(), (220, 120));
    assert_eq!(extent_of(&image, BLUE), (10, 70, 29, 109));
}

#[test]
fn a_drawing_has_a_title_and_stands_in_a_grid() {
    let figure = |height| plot::plotters(200, 100, |area| bar(area, height));
    let titled = picture(&figure(40).title("A bar"));
    assert_eq!(titled.height(), 120 + 24);
    let pair = plot::grid(2, [figure(10).alt("A low bar."), figure(20)]);
    assert_eq!(
        pair.description().unwrap(),
        "2 plots. 1: A low bar. 2: Drawing of 200 × 100 pixels."
    );
    assert_eq!(count_of(&picture(&pair), BLUE), 20 * 30);
}

#[test]
fn a_drawing_is_made_smaller_where_it_must() {
    let small = picture(&plot::plotters(200, 100, |area| bar(area, 40)).size(120, 120));
    let (left, _, right, bottom) = extent_of(&small, BLUE);
    assert_eq!((left, right - left), (10, 8));
    assert!(bottom < 60);
}

#[test]
fn an_animation_takes_drawings_and_their_descriptions() {
    let growing = plot::animate(1..=3, |step, axes| {
        axes.clear();
        let figure = plot::plotters(200, 100, |area| bar(area, 10 * step));
        axes.draw(figure.alt(format!("A bar of height {}.", 10 * step)));
    });
    assert_eq!(
        growing.unwrap().description(),
        "Animation of 3 frames. Last frame: A bar of height 30."
    );
}

#[test]
fn plotters_draws_charts_with_few_colours() {
    let waves = plot::plotters(480, 300, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption("Two scales", ("sans-serif", 16))
            .x_label_area_size(24)
            .y_label_area_size(40)
            .right_y_label_area_size(40)
            .build_cartesian_2d(0.0..10.0, -1.0..1.0)?
            .set_secondary_coord(0.0..10.0, (1.0..1000.0).log_scale());
        chart.configure_mesh().draw()?;
        chart.configure_secondary_axes().draw()?;
        let x = || (0..=100).map(|i| f64::from(i) / 10.0);
        chart
            .draw_series(LineSeries::new(x().map(|x| (x, x.sin())), BLUE_PAINT.stroke_width(3)))?;
        chart.draw_secondary_series(LineSeries::new(x().map(|x| (x, x.exp())), &RED))?;
        Ok(())
    });
    let image = picture(&waves);
    let colours: std::collections::HashSet<_> = image.pixels().collect();
    assert!((20..256).contains(&colours.len()), "{} colours", colours.len());
    assert!(count_of(&image, BLUE) > 100);
}

#[test]
fn what_goes_wrong_is_said_when_the_drawing_is_shown() {
    let problem = |figure: Figure| figure.png().unwrap_err().to_string();
    assert_eq!(
        problem(plot::plotters(10, 100, |area| bar(area, 1))),
        "plot: 10 × 100 pixels: each side must be 60 to 8000"
    );
    let failed = plot::plotters(100, 100, |_| Err(Error::argument("colour", "there is none")));
    assert_eq!(problem(failed.title("A title")), "plot: colour: there is none");
    let mixed = plot::plotters(100, 100, |area| bar(area, 1)).line(0..2, 0..2);
    assert_eq!(problem(mixed), "plot: these marks have different axes: give each its own figure");
}
