//! Where pictures are painted: a plotters drawing backend with exact anti-aliasing.
//!
//! plotters has backends of its own; this one is here for smooth edges in few colours, which one
//! palette can hold for a whole animation, and for markers by the hundred thousand.
//!
//! plotters addresses whole pixels, which turns a curve into a staircase. This backend claims a
//! canvas [`SUBPIXELS`] times larger than it is, so that plotters' whole numbers are fractions of
//! a real pixel, and fills every shape by the share of each pixel that it covers. That costs
//! nothing extra, whereas painting large and shrinking costs the square of the factor.

mod backend;
mod coverage;
mod stamp;
mod stroke;
mod text;
mod whole_pixels;

use coverage::Shape;
use image::RgbImage;
use plotters::style::RGBColor;
use plotters_backend::{BackendColor, BackendCoord};

pub(super) use stamp::Marker;
pub(super) use text::{FontWeight, LINE_HEIGHT, missing, text_width};
pub use whole_pixels::PixelBackend;

/// How many of plotters' pixels make one real pixel, in each direction.
pub(super) const SUBPIXELS: i32 = 64;

/// A real pixel coordinate as plotters wants it.
pub(super) fn subpixels(pixels: f64) -> i32 {
    (pixels * f64::from(SUBPIXELS)).round() as i32
}

/// plotters' coordinate in real pixels.
fn pixels((x, y): BackendCoord) -> (f32, f32) {
    (x as f32 / SUBPIXELS as f32, y as f32 / SUBPIXELS as f32)
}

/// An RGB picture that plotters draws on.
pub(super) struct Canvas<'a> {
    image: &'a mut RgbImage,
}

impl<'a> Canvas<'a> {
    /// Draws on `image`, over what is there.
    pub(super) fn new(image: &'a mut RgbImage) -> Self {
        Canvas { image }
    }

    /// Fills `shape` with one colour.
    fn fill(&mut self, shape: &Shape, color: BackendColor) {
        shape.cover(self.image.dimensions(), |x, y, share| self.blend(x, y, share, color));
    }

    /// Mixes `color` into one pixel; it covers `share` (0 to 1) of it.
    fn blend(&mut self, x: u32, y: u32, share: f32, color: BackendColor) {
        // Sixteen steps look smooth, and few colours make a small file.
        let share = (share.min(1.0) * 15.0).round() / 15.0 * color.alpha as f32;
        let (r, g, b) = color.rgb;
        for (old, new) in self.image.get_pixel_mut(x, y).0.iter_mut().zip([r, g, b]) {
            *old = (f32::from(*old) + (f32::from(new) - f32::from(*old)) * share).round() as u8;
        }
    }

    /// Sets the colour of one pixel, if it lies inside the picture.
    pub(super) fn put(&mut self, x: u32, y: u32, color: RGBColor) {
        if let Some(pixel) = self.image.get_pixel_mut_checked(x, y) {
            pixel.0 = [color.0, color.1, color.2];
        }
    }

    /// Like [`blend`](Self::blend), where the pixel may lie outside the picture.
    fn blend_inside(&mut self, x: i32, y: i32, share: f32, color: BackendColor) {
        let (width, height) = self.image.dimensions();
        if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
            && x < width
            && y < height
        {
            self.blend(x, y, share, color);
        }
    }
}
