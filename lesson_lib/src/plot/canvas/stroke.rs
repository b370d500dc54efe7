//! Lines of a given width, as shapes to fill.

use super::coverage::Shape;

type Point = (f32, f32);

/// Points less than this apart, in pixels, are drawn as one.
const NEAR: f32 = 0.25;

/// The polyline through `points`, `width` pixels wide, with rounded corners.
///
/// A lone point becomes a dot, so that it is not lost.
pub(super) fn polyline(points: &[Point], width: f32) -> Shape {
    let mut shape = Shape::default();
    let half = width / 2.0;
    let points = &spread(points);
    if points.windows(2).all(|ends| ends[0] == ends[1]) {
        points.first().iter().for_each(|&&dot| shape.add(&disc(dot, half)));
        return shape;
    }
    let mut before: Option<Point> = None;
    for ends in points.windows(2).filter(|ends| ends[0] != ends[1]) {
        let normal = scaled_normal(ends[0], ends[1], half);
        shape.add(&segment(ends[0], ends[1], normal));
        if let Some(before) = before {
            shape.add(&corner(ends[0], before, normal));
        }
        before = Some(normal);
    }
    shape
}

/// Leaves out points so near to the one before that the eye sees one.
///
/// The borders of neighbouring segments overlap a little; tiny segments would add that up to a
/// line that is too bold.
fn spread(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for (i, point) in points.iter().enumerate() {
        let is_far = |last: &Point| (point.0 - last.0).hypot(point.1 - last.1) >= NEAR;
        if kept.last().is_none_or(is_far) || i + 1 == points.len() {
            kept.push(*point);
        }
    }
    kept
}

/// A disc as a polygon, fine enough that its corners do not show.
pub(super) fn disc(center: Point, radius: f32) -> Vec<Point> {
    fan(center, radius, 0.0, std::f32::consts::TAU, arc_steps(radius, std::f32::consts::TAU))
}

fn segment(a: Point, b: Point, (nx, ny): Point) -> [Point; 4] {
    [(a.0 + nx, a.1 + ny), (b.0 + nx, b.1 + ny), (b.0 - nx, b.1 - ny), (a.0 - nx, a.1 - ny)]
}

/// The wedge that fills the outer side of the corner where two segments meet at `at`.
fn corner(at: Point, before: Point, after: Point) -> Vec<Point> {
    let turn =
        (before.0 * after.1 - before.1 * after.0).atan2(before.0 * after.0 + before.1 * after.1);
    // The normals point to the left, which is the outer side where the line turns right.
    let side = if turn > 0.0 { 1.0 } else { -1.0 };
    let from = (before.1 * side).atan2(before.0 * side);
    let radius = before.0.hypot(before.1);
    let mut wedge = fan(at, radius, from, turn, arc_steps(radius, turn.abs()));
    wedge.push(at);
    wedge
}

fn fan(center: Point, radius: f32, from: f32, turn: f32, steps: usize) -> Vec<Point> {
    let angle = |i: usize| from + turn * i as f32 / steps as f32;
    let at = |angle: f32| (center.0 + radius * angle.cos(), center.1 + radius * angle.sin());
    (0..=steps).map(|i| at(angle(i))).collect()
}

/// Enough chords to keep an arc within a twentieth of a pixel of the circle.
fn arc_steps(radius: f32, turn: f32) -> usize {
    let chord = 2.0 * (1.0 - 0.05 / radius.max(0.1)).clamp(-1.0, 1.0).acos();
    (turn / chord).ceil().max(1.0) as usize
}

/// The vector of length `half` that stands to the left of the way from `a` to `b`.
fn scaled_normal(a: Point, b: Point, half: f32) -> Point {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let scale = half / dx.hypot(dy);
    (dy * scale, -dx * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(shape: &Shape) -> f32 {
        let mut area = 0.0;
        shape.cover((100, 100), |_, _, share| area += share.min(1.0));
        area
    }

    fn near(actual: f32, expected: f32, tolerance: f32) {
        assert!((actual - expected).abs() < tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    #[test]
    fn a_line_covers_its_length_times_its_width() {
        near(area(&polyline(&[(10.0, 10.0), (40.0, 50.0)], 3.0)), 150.0, 0.1);
    }

    #[test]
    fn points_on_the_way_add_nothing() {
        let direct = area(&polyline(&[(10.0, 10.0), (90.0, 30.0)], 2.0));
        let many: Vec<Point> =
            (0..=40).map(|i| (10.0 + 2.0 * i as f32, 10.0 + 0.5 * i as f32)).collect();
        near(area(&polyline(&many, 2.0)), direct, 0.5);
    }

    #[test]
    fn a_right_angle_is_filled_and_rounded_whichever_way_it_turns() {
        for y in [10.0, 90.0] {
            let shape = polyline(&[(10.0, 50.0), (50.0, 50.0), (50.0, y)], 8.0);
            // Two 40 × 8 bars that share a 4 × 4 square, and a quarter of a disc of radius 4.
            near(area(&shape), 640.0 - 16.0 + std::f32::consts::PI * 4.0, 0.7);
        }
    }

    #[test]
    fn a_lone_point_is_a_dot() {
        let expected = std::f32::consts::PI * 4.0;
        near(area(&polyline(&[(20.0, 20.0)], 4.0)), expected, 0.6);
        near(area(&polyline(&[(20.0, 20.0); 3], 4.0)), expected, 0.6);
        assert_eq!(area(&polyline(&[], 4.0)), 0.0);
    }
}
