//! The canvas in whole pixels, as every other backend of plotters has it.

use super::{Canvas, SUBPIXELS, pixels, stroke};
use image::RgbImage;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform, text_anchor::Pos,
};
use std::convert::Infallible;

type Drawn<T = ()> = Result<T, DrawingErrorKind<Infallible>>;

/// Where [`plot::plotters`](crate::plot::plotters()) draws: a backend of plotters that smooths
/// edges and writes with the fonts of all other figures.
pub struct PixelBackend {
    image: RgbImage,
}

impl PixelBackend {
    /// Draws over what is on `image`.
    pub(in super::super) fn new(image: RgbImage) -> Self {
        PixelBackend { image }
    }

    /// Takes the picture out.
    pub(in super::super) fn take(&mut self) -> RgbImage {
        std::mem::take(&mut self.image)
    }

    fn canvas(&mut self) -> Canvas<'_> {
        Canvas::new(&mut self.image)
    }
}

/// The upper left corner of a pixel, as the canvas counts.
fn corner((x, y): BackendCoord) -> BackendCoord {
    (x.saturating_mul(SUBPIXELS), y.saturating_mul(SUBPIXELS))
}

/// The middle of a pixel: a line through it that is one pixel wide covers whole pixels.
fn middle(pixel: BackendCoord) -> BackendCoord {
    let (x, y) = corner(pixel);
    (x.saturating_add(SUBPIXELS / 2), y.saturating_add(SUBPIXELS / 2))
}

/// A style with its lengths as the canvas counts.
struct Enlarged<'s, S>(&'s S);

impl<S: BackendStyle> BackendStyle for Enlarged<'_, S> {
    fn color(&self) -> BackendColor {
        self.0.color()
    }

    fn stroke_width(&self) -> u32 {
        self.0.stroke_width() * SUBPIXELS as u32
    }
}

impl<S: BackendTextStyle> BackendTextStyle for Enlarged<'_, S> {
    type FontError = S::FontError;

    fn color(&self) -> BackendColor {
        self.0.color()
    }

    fn size(&self) -> f64 {
        self.0.size() * f64::from(SUBPIXELS)
    }

    fn transform(&self) -> FontTransform {
        self.0.transform()
    }

    fn style(&self) -> FontStyle {
        self.0.style()
    }

    fn anchor(&self) -> Pos {
        self.0.anchor()
    }

    fn family(&self) -> plotters_backend::FontFamily<'_> {
        self.0.family()
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        self.0.layout_box(text)
    }

    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        at: BackendCoord,
        draw: DrawFunc,
    ) -> Result<Result<(), E>, Self::FontError> {
        self.0.draw(text, at, draw)
    }
}

impl DrawingBackend for PixelBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.image.dimensions()
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.canvas().blend_inside(x, y, 1.0, color);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S) -> Drawn {
        self.draw_path([a, b], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.canvas().draw_path(path.into_iter().map(middle), &Enlarged(style))
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let style = Enlarged(style);
        if fill {
            // Both corners are pixels of the rectangle.
            let end = corner((right.saturating_add(1), bottom.saturating_add(1)));
            self.canvas().draw_rect(corner((left, top)), end, &style, true)
        } else {
            let (start, end) = (middle((left, top)), middle((right, bottom)));
            self.canvas().draw_rect(start, end, &style, false)
        }
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let radius = radius * SUBPIXELS as u32;
        self.canvas().draw_circle(middle(center), radius, &Enlarged(style), fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let mut corners: Vec<_> = corners.into_iter().map(middle).map(pixels).collect();
        let Some(&first) = corners.first() else { return Ok(()) };
        // The pixels of the corners belong to the polygon: it reaches half a pixel further, and
        // neighbours leave no gap.
        corners.push(first);
        let mut shape = stroke::polyline(&corners, 1.0);
        shape.add(&corners);
        self.canvas().fill(&shape, style.color());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, line: &str, style: &S) -> Drawn<(u32, u32)> {
        let mut none = RgbImage::new(0, 0);
        Canvas::new(&mut none).estimate_text_size(line, style)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        line: &str,
        style: &S,
        anchor: BackendCoord,
    ) -> Drawn {
        self.canvas().draw_text(line, &Enlarged(style), corner(anchor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use plotters::style::{BLACK, Color};

    fn drawn(draw: impl FnOnce(&mut PixelBackend)) -> Vec<Vec<u8>> {
        let mut backend = PixelBackend::new(RgbImage::from_pixel(5, 4, Rgb([255; 3])));
        draw(&mut backend);
        let rows = backend.take();
        rows.rows().map(|row| row.map(|pixel| pixel.0[0]).collect()).collect()
    }

    #[test]
    fn lines_and_rectangles_cover_whole_pixels() {
        let line = drawn(|backend| backend.draw_line((1, 2), (3, 2), &BLACK.filled()).unwrap());
        assert_eq!(line[2][2], 0);
        assert_eq!((&line[1], &line[3]), (&vec![255; 5], &vec![255; 5]));
        let fill = |backend: &mut PixelBackend| {
            backend.draw_rect((1, 1), (2, 2), &BLACK.filled(), true).unwrap();
        };
        let expected = [255, 0, 0, 255, 255];
        assert_eq!(drawn(fill)[1..3], [expected, expected]);
    }

    #[test]
    fn neighbouring_polygons_leave_no_gap() {
        let both = drawn(|backend| {
            for corners in [[(0, 0), (4, 0), (0, 3)], [(4, 0), (4, 3), (0, 3)]] {
                backend.fill_polygon(corners, &BLACK.filled()).unwrap();
            }
        });
        assert!(both.iter().flatten().all(|&level| level < 40), "{both:?}");
    }

    #[test]
    fn what_lies_far_outside_is_left_out() {
        let far = (i32::MAX, i32::MIN);
        let white = vec![vec![255; 5]; 4];
        assert_eq!(drawn(|backend| backend.draw_line(far, far, &BLACK.filled()).unwrap()), white);
        let pixel = BLACK.to_backend_color();
        assert_eq!(drawn(|backend| backend.draw_pixel(far, pixel).unwrap()), white);
    }

    #[test]
    fn text_has_the_size_that_was_asked_for() {
        let backend = PixelBackend::new(RgbImage::new(100, 40));
        let style = plotters::style::TextStyle::from(("sans-serif", 10));
        // DejaVu's digits are 0.636 em wide.
        assert_eq!(backend.estimate_text_size("0123456789", &style).unwrap(), (64, 13));
    }
}
