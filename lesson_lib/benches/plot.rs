//! How long pictures take: points, densities and an animation with all that a cell shows of it.
//!
//! A case is `what n`: the picture and its number of points.

#[allow(dead_code, unused_imports, reason = "no peer is measured beside ours")]
mod harness;

use harness::{Worker, measure, milliseconds, serve, table, write_report};
use lesson_lib::{
    ndarray::Array2,
    plot::{self, Animation},
    show::{self, Show},
};
use std::{env, hint::black_box};

/// The cases, and what each of them does.
const CASES: [(&str, &str); 6] = [
    ("scatter 1500", "scatter plot of 1 500 points in 6 groups, as PNG"),
    ("scatter 100000", "the same with 100 000 points"),
    ("scatter3d 1500", "1 500 points in space, as PNG"),
    ("density 100000", "density of 100 000 points, as PNG"),
    ("density 10000000", "density of 10 000 000 points, as PNG"),
    ("animation 1500", "6 frames of 1 500 points, drawn, with player and GIF"),
];

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return serve("ours", prepare);
    }
    let mut workers = [Some(Worker::ours(&[]))];
    let rows = CASES.map(|(case, title)| {
        vec![title.into(), milliseconds(&measure(case, &mut workers).remove(0))]
    });
    write_report("plot", "Pictures", &table(&["picture".into(), "ours".into()], &rows));
}

/// What a case runs, with its points made.
fn prepare(case: &str) -> Option<Box<dyn FnMut()>> {
    let (what, n) = case.split_once(' ')?;
    let n: usize = n.parse().ok()?;
    let labels = move || (0..n).map(move |i| i * 6 / n);
    let (plane, space) = (clouds(n, 2), clouds(n, 3));
    Some(match what {
        "scatter" => Box::new(move || {
            black_box(plot::scatter(&plane).labels(labels()).png().is_ok());
        }),
        "scatter3d" => Box::new(move || {
            black_box(plot::scatter3d(&space).labels(labels()).png().is_ok());
        }),
        "density" => Box::new(move || {
            black_box(plot::density(&plane).png().is_ok());
        }),
        "animation" => Box::new(move || {
            black_box(show::capture(|| gathering(&plane).evcxr_display()));
        }),
        _ => return None,
    })
}

/// Six frames in which the clouds shrink.
fn gathering(points: &Array2<f32>) -> Animation {
    let (centroids, n_samples) = (clouds(6, 2), points.nrows() / 6);
    plot::animate(0..6, |step, axes| {
        let points = points * 0.6_f32.powi(step);
        axes.clear();
        axes.draw(plot::plot_data(&centroids, &points, n_samples));
    })
    .expect("the points can be drawn")
}

/// n points in six clouds, the same at each call.
fn clouds(n: usize, axes: usize) -> Array2<f32> {
    let mut state = 42_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1_u64 << 24) as f32
    };
    Array2::from_shape_fn((n, axes), |(i, axis)| {
        let center = ((i * 6 / n * 7 + axis * 3) % 6) as f32 * 11.0 - 30.0;
        // Four uniform numbers make a sum that is nearly normal.
        center + (0..4).map(|_| uniform() - 0.5).sum::<f32>() * 4.0
    })
}
