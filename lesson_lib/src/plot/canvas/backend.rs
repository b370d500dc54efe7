//! What plotters asks of a drawing backend.

use super::{Canvas, FontWeight, SUBPIXELS, coverage::Shape, pixels, stroke, subpixels, text};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
    text_anchor::{HPos, VPos},
};
use std::convert::Infallible;

type Drawn<T = ()> = Result<T, DrawingErrorKind<Infallible>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let (width, height) = self.image.dimensions();
        (width * SUBPIXELS as u32, height * SUBPIXELS as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let share = 1.0 / (SUBPIXELS * SUBPIXELS) as f32;
        self.blend_inside(x.div_euclid(SUBPIXELS), y.div_euclid(SUBPIXELS), share, color);
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
        let points: Vec<_> = path.into_iter().map(pixels).collect();
        let width = style.stroke_width() as f32 / SUBPIXELS as f32;
        self.fill(&stroke::polyline(&points, width), style.color());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.draw_outline(&corners, style, fill)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let disc = stroke::disc(pixels(center), radius as f32 / SUBPIXELS as f32);
        let corners: Vec<_> =
            disc.iter().map(|&(x, y)| (subpixels(x.into()), subpixels(y.into()))).collect();
        self.draw_outline(&corners, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let corners: Vec<_> = corners.into_iter().map(pixels).collect();
        let mut shape = Shape::default();
        shape.add(&corners);
        self.fill(&shape, style.color());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, line: &str, style: &S) -> Drawn<(u32, u32)> {
        // Sizes arrive in subpixels, so this width is in subpixels too.
        let width = text::text_width(line, style.size(), weight(style));
        Ok((width.ceil() as u32, (style.size() * text::LINE_HEIGHT).ceil() as u32))
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        line: &str,
        style: &S,
        anchor: BackendCoord,
    ) -> Drawn {
        let size = style.size() as f32 / SUBPIXELS as f32;
        let (left, baseline) = text_origin(line, size, style);
        let (turn, color) = (style.transform(), style.color());
        let (x0, y0) = pixels(anchor);
        // The baseline stands on a pixel's edge, whichever way the text runs.
        let (x0, y0) = (x0.round() as i32, y0.round() as i32);
        text::draw(line, size, weight(style), left, |x, y, share| {
            // Turned about a corner, a pixel is named by another of its corners: turn its centre.
            let (tx, ty) = turn.transform(2 * x + 1, 2 * (y + baseline) + 1);
            self.blend_inside(x0 + (tx - 1) / 2, y0 + (ty - 1) / 2, share, color);
        });
        Ok(())
    }

    /// Copies `size` real pixels of RGB to the pixel that holds `corner`.
    fn blit_bitmap(&mut self, corner: BackendCoord, size: (u32, u32), rgb: &[u8]) -> Drawn {
        let (left, top) = (corner.0.div_euclid(SUBPIXELS), corner.1.div_euclid(SUBPIXELS));
        for (i, pixel) in rgb.as_chunks::<3>().0.iter().enumerate() {
            let (x, y) = (i as i32 % size.0 as i32, i as i32 / size.0 as i32);
            let color = BackendColor { alpha: 1.0, rgb: (*pixel).into() };
            self.blend_inside(left + x, top + y, 1.0, color);
        }
        Ok(())
    }
}

impl Canvas<'_> {
    fn draw_outline<S: BackendStyle>(
        &mut self,
        corners: &[BackendCoord],
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill {
            self.fill_polygon(corners.iter().copied(), style)
        } else {
            self.draw_path(corners.iter().chain(corners.first()).copied(), style)
        }
    }
}

/// Where a line of text starts and its baseline lies, seen from its anchor.
///
/// Vertically, capitals and digits are centred, as the eye centres them.
fn text_origin<S: BackendTextStyle>(line: &str, size: f32, style: &S) -> (f32, i32) {
    let width = text::text_width(line, size.into(), weight(style)) as f32;
    let left = match style.anchor().h_pos {
        HPos::Left => 0.0,
        HPos::Center => -width / 2.0,
        HPos::Right => -width,
    };
    let baseline = match style.anchor().v_pos {
        VPos::Top => text::CAPITALS * size,
        VPos::Center => text::CAPITALS * size / 2.0,
        VPos::Bottom => 0.0,
    };
    (left, baseline.round() as i32)
}

fn weight<S: BackendTextStyle>(style: &S) -> FontWeight {
    match style.style() {
        FontStyle::Bold => FontWeight::Bold,
        _ => FontWeight::Regular,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, imageops::rotate270};
    use plotters::prelude::{Color, IntoDrawingArea};
    use plotters::style::text_anchor::Pos;
    use plotters::style::{BLACK, FontTransform, IntoFont, TextStyle};

    fn drawn(width: u32, height: u32, draw: impl FnOnce(&mut Canvas)) -> RgbImage {
        let mut image = RgbImage::from_pixel(width, height, Rgb([255; 3]));
        draw(&mut Canvas::new(&mut image));
        image
    }

    fn word(turn: FontTransform, anchor: BackendCoord, (width, height): (u32, u32)) -> RgbImage {
        drawn(width, height, |canvas| {
            let font = ("sans-serif", 20 * SUBPIXELS).into_font().transform(turn);
            let centered = Pos::new(HPos::Center, VPos::Center);
            canvas.draw_text("Rung", &TextStyle::from(font).pos(centered), anchor).unwrap();
        })
    }

    #[test]
    fn turned_text_is_the_text_turned() {
        let (x, y) = (40 * SUBPIXELS, 20 * SUBPIXELS);
        let upright = word(FontTransform::None, (x, y), (80, 50));
        assert!(upright.pixels().any(|pixel| pixel.0[0] == 0), "there is text");
        let turned = word(FontTransform::Rotate270, (y, x), (50, 80));
        assert_eq!(rotate270(&upright), turned);
    }

    #[test]
    fn centred_text_is_in_the_middle() {
        let image = word(FontTransform::None, (40 * SUBPIXELS, 20 * SUBPIXELS), (80, 50));
        let dark: Vec<u32> =
            image.enumerate_pixels().filter(|p| p.2.0[0] < 200).map(|p| p.0).collect();
        let (left, right) = (dark.iter().min().unwrap(), dark.iter().max().unwrap());
        assert!((left + right + 1).abs_diff(80) <= 2, "from {left} to {right}");
    }

    #[test]
    fn shapes_end_at_fractions_of_a_pixel() {
        let image = drawn(4, 1, |canvas| {
            let corners = ((SUBPIXELS, 0), (2 * SUBPIXELS + SUBPIXELS / 5, SUBPIXELS));
            canvas.draw_rect(corners.0, corners.1, &BLACK.filled(), true).unwrap();
        });
        let levels: Vec<u8> = image.pixels().map(|pixel| pixel.0[0]).collect();
        assert_eq!(levels, [255, 0, 204, 255]);
    }

    #[test]
    fn what_lies_outside_the_picture_is_left_out() {
        let image = drawn(3, 3, |canvas| {
            let far = 99 * SUBPIXELS;
            canvas.draw_pixel((-1, far), BLACK.to_backend_color()).unwrap();
            canvas.draw_circle((far, -far), 5, &BLACK.filled(), true).unwrap();
            canvas.blit_bitmap((-SUBPIXELS, 0), (2, 1), &[9; 6]).unwrap();
        });
        let changed: Vec<_> = image
            .enumerate_pixels()
            .filter(|p| *p.2 != Rgb([255; 3]))
            .map(|p| (p.0, p.1))
            .collect();
        assert_eq!(changed, [(0, 0)]);
    }

    #[test]
    fn plotters_draws_on_it() {
        let image = drawn(8, 8, |canvas| {
            let mut own = RgbImage::new(8, 8);
            Canvas::new(&mut own).into_drawing_area().fill(&plotters::style::WHITE).unwrap();
            *canvas.image = own;
        });
        assert!(image.pixels().all(|pixel| *pixel == Rgb([255; 3])));
    }
}
