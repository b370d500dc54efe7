//! Frames as numbers of one palette.

use image::RgbImage;
use rayon::prelude::*;
use std::collections::HashMap;

/// The number that no pixel has: in a patch it means "as before".
pub(super) const UNCHANGED: u8 = 0;
/// Colours for the pixels.
const MOST_COLORS: usize = 255;
/// Of too many colours the most frequent are kept; the others share the rest of the palette.
const MOST_FREQUENT: usize = 96;
/// How often the shared colours move to the mean of those that they stand for.
const TURNS: usize = 4;
/// Bayer's matrix of 4×4: the order in which pixels change to a second colour as it gains weight.
const THRESHOLDS: [[u32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

type Rgb = [u8; 3];

/// Frames of one size; a pixel is the number of its colour in the palette, counted from 1.
///
/// One palette for all: a colour never flickers between two of its neighbours.
#[derive(Clone, Debug)]
pub(super) struct IndexedFrames {
    pub(super) size: (u32, u32),
    /// The colours; no pixel has number 0.
    pub(super) palette: Vec<Rgb>,
    /// The pixels of each frame, row by row.
    pub(super) numbers: Vec<Vec<u8>>,
}

impl IndexedFrames {
    /// At least one frame, all of one size.
    pub(super) fn new(frames: &[RgbImage]) -> Self {
        let colors = by_frequency(frames);
        let kept = if colors.len() > MOST_COLORS {
            reduced(&colors)
        } else {
            colors.iter().map(|(color, _)| *color).collect()
        };
        let mixtures: HashMap<Rgb, Mixture> =
            colors.par_iter().map(|(color, _)| (*color, Mixture::of(&kept, *color))).collect();
        let numbered = |frame: &RgbImage| {
            let pixels = frame.enumerate_pixels();
            pixels.map(|(x, y, pixel)| mixtures[&pixel.0].at(x, y)).collect()
        };
        IndexedFrames {
            size: frames[0].dimensions(),
            palette: [vec![[255; 3]], kept].concat(),
            numbers: frames.par_iter().map(numbered).collect(),
        }
    }

    /// The most telling frame.
    pub(super) fn last(&self) -> &[u8] {
        self.numbers.last().map_or(&[], Vec::as_slice)
    }

    /// The pixels of a frame as red, green and blue.
    pub(super) fn rgb(&self, frame: usize) -> Vec<u8> {
        self.numbers[frame].iter().flat_map(|&number| self.palette[usize::from(number)]).collect()
    }
}

/// A colour as one or two of the palette: the more of the second, the more pixels of a square of
/// 4×4 take it. These are the same pixels in every frame, so that nothing flickers that stands still.
struct Mixture {
    numbers: [u8; 2],
    /// Sixteenths of the second.
    share: u32,
}

impl Mixture {
    /// The nearest colour of the palette, and the one on whose way from there `color` lies best.
    fn of(kept: &[Rgb], color: Rgb) -> Self {
        let first = nearest(kept, color);
        let mut best = (distance(kept[first], color) as f32, first, 0.0);
        let others = if best.0 > 0.0 { kept } else { &[] };
        for (second, &other) in others.iter().enumerate() {
            let share = share_of(kept[first], other, color);
            let left = squared(mixed(kept[first], other, share), color.map(f32::from));
            // Far colours would show as dots.
            let grain = distance(kept[first], other) as f32 / 16.0;
            if share > 0.0 && left + grain < best.0 {
                best = (left + grain, second, share);
            }
        }
        let numbers = [first, best.1].map(|place| place as u8 + 1);
        Self { numbers, share: (16.0 * best.2).round() as u32 }
    }

    fn at(&self, x: u32, y: u32) -> u8 {
        let threshold = THRESHOLDS[y as usize % 4][x as usize % 4];
        self.numbers[usize::from(threshold < self.share)]
    }
}

/// How far along the way from `a` to `b` the colour lies: from 0 to 1.
fn share_of(a: Rgb, b: Rgb, color: Rgb) -> f32 {
    let along = |to: Rgb| (0..3).map(move |i| f32::from(to[i]) - f32::from(a[i]));
    let length: f32 = along(b).map(|step| step * step).sum();
    let product: f32 = along(b).zip(along(color)).map(|(x, y)| x * y).sum();
    if length == 0.0 { 0.0 } else { (product / length).clamp(0.0, 1.0) }
}

fn mixed(a: Rgb, b: Rgb, share: f32) -> [f32; 3] {
    [0, 1, 2].map(|i| f32::from(a[i]) + share * (f32::from(b[i]) - f32::from(a[i])))
}

fn squared(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// All colours and the pixels of each, the most frequent first.
fn by_frequency(frames: &[RgbImage]) -> Vec<(Rgb, usize)> {
    let mut counts: HashMap<Rgb, usize> = HashMap::new();
    for frame in frames {
        // Most pixels are like the one before.
        for run in frame.as_raw().as_chunks::<3>().0.chunk_by(|a, b| a == b) {
            *counts.entry(run[0]).or_default() += run.len();
        }
    }
    let mut colors: Vec<(Rgb, usize)> = counts.into_iter().collect();
    colors.sort_unstable_by_key(|&(color, count)| (std::cmp::Reverse(count), color));
    colors
}

/// The colours to keep of too many: the most frequent, and means of the others. These start at
/// colours that are far from all kept, and move as in k-means.
fn reduced(colors: &[(Rgb, usize)]) -> Vec<Rgb> {
    let mut kept: Vec<Rgb> = colors[..MOST_FREQUENT].iter().map(|(color, _)| *color).collect();
    let to_nearest = |(color, _): &(Rgb, usize)| distance(kept[nearest(&kept, *color)], *color);
    let mut distances: Vec<u32> = colors.par_iter().map(to_nearest).collect();
    while kept.len() < MOST_COLORS {
        let farthest = (0..colors.len()).max_by_key(|&i| distances[i]).unwrap_or(0);
        let color = colors[farthest].0;
        kept.push(color);
        for (distance_so_far, (other, _)) in distances.iter_mut().zip(colors) {
            *distance_so_far = distance(color, *other).min(*distance_so_far);
        }
    }
    (0..TURNS).for_each(|_| move_to_means(&mut kept, colors));
    kept
}

/// Moves the colours that are not among the most frequent to the means of those nearest to them.
fn move_to_means(kept: &mut [Rgb], colors: &[(Rgb, usize)]) {
    let places: Vec<usize> = colors.par_iter().map(|(color, _)| nearest(kept, *color)).collect();
    let (mut sums, mut counts) = (vec![[0; 3]; kept.len()], vec![0; kept.len()]);
    for (&place, (color, count)) in places.iter().zip(colors) {
        counts[place] += count;
        sums[place] = [0, 1, 2].map(|i| sums[place][i] + count * usize::from(color[i]));
    }
    for place in (MOST_FREQUENT..kept.len()).filter(|&place| counts[place] > 0) {
        kept[place] = sums[place].map(|sum| ((sum + counts[place] / 2) / counts[place]) as u8);
    }
}

fn nearest(kept: &[Rgb], color: Rgb) -> usize {
    (0..kept.len()).min_by_key(|&i| distance(kept[i], color)).unwrap_or(0)
}

fn distance(a: Rgb, b: Rgb) -> u32 {
    a.iter().zip(b).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(count: u32) -> RgbImage {
        RgbImage::from_fn(64, 64, |x, y| {
            let i = (y * 64 + x) % count;
            image::Rgb([(i % 64 * 4) as u8, (i / 64 * 16) as u8, 200])
        })
    }

    #[test]
    fn up_to_255_colours_are_exact() {
        let image = colored(255);
        let frames = IndexedFrames::new(&[image.clone(), image.clone()]);
        assert_eq!(frames.palette.len(), 256);
        assert_eq!(frames.rgb(1), *image.as_raw());
    }

    /// The mean of a square of 4×4 in one colour.
    fn mean(rgb: &[u8], width: u32, (left, top): (u32, u32), channel: usize) -> f64 {
        let at = |x: u32, y: u32| f64::from(rgb[3 * (y * width + x) as usize + channel]);
        let pixels = (top..top + 4).flat_map(|y| (left..left + 4).map(move |x| (x, y)));
        pixels.map(|(x, y)| at(x, y)).sum::<f64>() / 16.0
    }

    #[test]
    fn of_more_colours_the_missing_are_mixed() {
        let (width, height) = (256, 64);
        let smooth = |x, y| image::Rgb([x as u8, 4 * y as u8, ((x + 4 * y) / 2) as u8]);
        let image = RgbImage::from_fn(width, height, smooth); // 16 384 colours
        let frames = IndexedFrames::new(std::slice::from_ref(&image));
        assert_eq!(frames.palette.len(), 256);
        let found = frames.rgb(0);
        let squares =
            (0..height).step_by(4).flat_map(|y| (0..width).step_by(4).map(move |x| (x, y)));
        let off = squares.flat_map(|at| {
            let means = |channel| [&found, image.as_raw()].map(|rgb| mean(rgb, width, at, channel));
            [0, 1, 2].map(means).map(|[found, expected]| (found - expected).abs())
        });
        let (worst, sum) =
            off.fold((0.0_f64, 0.0), |(worst, sum), off| (worst.max(off), sum + off));
        assert!(worst < 12.0 && sum / 3072.0 < 2.5, "{worst}, {}", sum / 3072.0);
    }

    #[test]
    fn what_stands_still_does_not_flicker() {
        let half = |t: u32| {
            RgbImage::from_fn(128, 64, |x, y| {
                let moving = if x < 64 { 0 } else { t };
                image::Rgb([x as u8 * 2, y as u8 * 4, (x + y + moving) as u8])
            })
        };
        let frames = IndexedFrames::new(&[half(0), half(9), half(40)]);
        for row in 0..64 {
            let still = |frame: usize| &frames.numbers[frame][128 * row..][..64];
            assert!(still(0) == still(1) && still(1) == still(2), "row {row}");
        }
    }
}
