//! Files and players, frame by frame.

use super::*;
use crate::plot;
use crate::show::{self, Output};
use image::RgbImage;
use ndarray::{Array2, array};
use std::io::Cursor;

/// Points that gather about six places, in six frames: the lesson's animation.
fn gathering() -> Animation {
    let place = |i: usize| {
        let angle = i as f64 * 2.4;
        [
            (i / 250 * 7 % 30) as f64 + angle.cos() * 4.0,
            (i / 250 * 11 % 30) as f64 + angle.sin() * 4.0,
        ]
    };
    let centroids = Array2::from_shape_fn((6, 2), |(i, axis)| (i * [7, 11][axis] % 30) as f64);
    animate(0..6, |step, axes| {
        let spread = 0.6_f64.powi(step);
        let points = Array2::from_shape_fn((1500, 2), |(i, axis)| {
            let far = place(i)[axis] - centroids[[i / 250, axis]];
            centroids[[i / 250, axis]] + far * spread * (i * 7919 % 997) as f64 / 500.0
        });
        axes.clear();
        axes.draw(plot::plot_data(&centroids, &points, 250).title("Who gathers where?"));
        Ok(())
    })
    .unwrap()
}

/// A square that jumps about, and stays once.
fn jumping() -> Animation {
    animate([[0, 0], [3, 1], [3, 1], [1, 2]], |[x, y], axes| {
        axes.clear();
        axes.draw(plot::scatter(array![[x, y]]).x_limits(-1.0..4.0).y_limits(-1.0..4.0));
    })
    .unwrap()
}

fn expected(animation: &Animation) -> Vec<Vec<u8>> {
    (0..animation.frames()).map(|frame| animation.frames.rgb(frame)).collect()
}

/// Puts a decoded region over the picture, where it is not transparent.
fn lay_over(picture: &mut RgbImage, corner: (u32, u32), width: u32, rgba: &[u8]) {
    for (i, pixel) in rgba.as_chunks::<4>().0.iter().enumerate() {
        let (x, y) = (i as u32 % width, i as u32 / width);
        if pixel[3] > 0 {
            picture.put_pixel(
                corner.0 + x,
                corner.1 + y,
                image::Rgb([pixel[0], pixel[1], pixel[2]]),
            );
        }
    }
}

/// The frames of a GIF file as a viewer shows them, their delays, and how often they are played.
fn gif_frames(file: &[u8]) -> (Vec<Vec<u8>>, Vec<u16>, ::gif::Repeat) {
    let mut options = ::gif::DecodeOptions::new();
    options.set_color_output(::gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(file).unwrap();
    let mut picture = RgbImage::new(decoder.width().into(), decoder.height().into());
    let (mut frames, mut delays) = (Vec::new(), Vec::new());
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        assert!(frame.palette.is_none(), "one palette for all frames");
        let corner = (frame.left.into(), frame.top.into());
        lay_over(&mut picture, corner, frame.width.into(), &frame.buffer);
        frames.push(picture.as_raw().clone());
        delays.push(frame.delay);
    }
    (frames, delays, decoder.repeat())
}

/// The frames of an animated PNG as a viewer shows them; the first is the still picture.
fn apng_frames(file: &[u8]) -> (Vec<Vec<u8>>, u32) {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let control = reader.info().animation_control().copied().unwrap();
    let mut picture = RgbImage::new(reader.info().width, reader.info().height);
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let mut frames = Vec::new();
    for frame in 0..=control.num_frames {
        let size = reader.next_frame(&mut buffer).unwrap();
        let place = reader.info().frame_control.filter(|_| frame > 0);
        let corner = place.map_or((0, 0), |control| (control.x_offset, control.y_offset));
        lay_over(&mut picture, corner, size.width, &buffer[..size.buffer_size()]);
        frames.push(picture.as_raw().clone());
    }
    (frames, control.num_plays)
}

#[test]
fn a_gif_shows_every_frame_exactly() {
    for animation in [gathering(), jumping()] {
        let (frames, delays, repeat) = gif_frames(&animation.gif().unwrap());
        assert!(frames == expected(&animation), "the frames differ");
        assert_eq!(delays, vec![50; animation.frames()]);
        assert_eq!(repeat, ::gif::Repeat::Finite(0));
    }
}

#[test]
fn delay_and_loop_are_in_the_file() {
    let animation = jumping().fps(10).looped(true);
    let (_, delays, repeat) = gif_frames(&animation.gif().unwrap());
    assert_eq!((delays, repeat), (vec![10; 4], ::gif::Repeat::Infinite));
    // Browsers show a frame of less than 2/100 s for 10/100 s.
    for quick in [jumping().fps(100.0), jumping().delay(5), jumping().delay(1)] {
        assert_eq!(gif_frames(&quick.gif().unwrap()).1, vec![2; 4]);
    }
    assert_eq!(apng_frames(&animation.apng().unwrap()).1, 0);
    assert_eq!(apng_frames(&animation.looped(false).apng().unwrap()).1, 1);
}

#[test]
fn an_animated_png_shows_every_frame_after_the_last_as_a_still() {
    for animation in [gathering(), jumping()] {
        let (frames, _) = apng_frames(&animation.apng().unwrap());
        let all = expected(&animation);
        assert!(frames[0] == all[all.len() - 1], "the still is the last frame");
        assert!(frames[1..] == all, "the frames differ");
    }
}

#[test]
fn the_player_holds_every_frame() {
    let animation = gathering();
    let html = animation.html().unwrap();
    let begin = html.find("application/json\">").unwrap() + "application/json\">".len();
    let json = &html[begin..begin + html[begin..].find("</script>").unwrap()];
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!((json["delay"].as_u64(), json["looped"].as_bool()), (Some(500), Some(false)));
    let opened = |base64: &str| {
        image::load_from_memory(&STANDARD.decode(base64).unwrap()).unwrap().to_rgba8()
    };
    let still = html.split("data:image/png;base64,").nth(1).unwrap().split('"').next().unwrap();
    let mut picture = RgbImage::new(animation.frames.size.0, animation.frames.size.1);
    lay_over(&mut picture, (0, 0), animation.frames.size.0, opened(still).as_raw());
    let all = expected(&animation);
    assert!(*picture.as_raw() == all[5], "the image is the last frame");
    for (frame, patch) in json["patches"].as_array().unwrap().iter().enumerate() {
        let corner = [&patch[0], &patch[1]].map(|place| place.as_u64().unwrap() as u32);
        let image = opened(patch[2].as_str().unwrap());
        lay_over(&mut picture, corner.into(), image.width(), image.as_raw());
        assert!(*picture.as_raw() == all[frame], "frame {frame} differs");
    }
    let foreign = ["http:", "https:", "src=\"/", "import "];
    assert!(foreign.iter().all(|word| !html.contains(word)), "the player needs nothing else");
}

#[test]
fn a_cell_shows_player_picture_and_words_in_few_bytes() {
    let animation = gathering();
    let ((), shown) = show::capture(|| animation.evcxr_display());
    let blocks: Vec<(&str, usize)> = shown
        .iter()
        .map(|output| match output {
            Output::Block { mime, content } => (mime.as_str(), content.len()),
            Output::Line(line) => panic!("{line}"),
        })
        .collect();
    let mimes: Vec<&str> = blocks.iter().map(|block| block.0).collect();
    assert_eq!(mimes, ["text/html", "image/gif", "text/plain"]);
    let bytes: usize = blocks.iter().map(|block| block.1).sum();
    assert!(bytes < LARGEST_OUTPUT, "{bytes} bytes");
}

#[test]
fn in_the_place_of_a_large_gif_stands_the_last_frame() {
    let noise = |frame: u64| {
        move |(row, column)| {
            let place = (row * 300 + column) as u64 + frame * 90_000;
            (place.wrapping_mul(place).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8
        }
    };
    let animation = animate(0..4, |frame, axes| {
        axes.clear();
        axes.draw(plot::imshow(Array2::from_shape_fn((300, 300), noise(frame))));
    })
    .unwrap();
    let ((), shown) = show::capture(|| animation.evcxr_display());
    let Output::Block { mime, content } = &shown[1] else { panic!("no block") };
    assert_eq!(mime, "image/png");
    let still = image::load_from_memory(&STANDARD.decode(content).unwrap()).unwrap();
    assert!(still.to_rgb8().into_raw() == animation.frames.rgb(3), "the last frame");
}

#[test]
fn what_is_not_cleared_stays() {
    let at = |x: f64| plot::scatter(array![[x, 0.0]]);
    let kept = animate([0.0, 1.0, 2.0], |x, axes| axes.draw(at(x))).unwrap();
    let cleared = animate([0.0, 1.0, 2.0], |x, axes| {
        axes.clear();
        axes.draw(at(x));
    })
    .unwrap();
    let ink = |animation: &Animation, frame: usize| {
        let paper = animation.frames.rgb(frame);
        paper.as_chunks::<3>().0.iter().filter(|rgb| **rgb == [0x00, 0x72, 0xb2]).count()
    };
    assert!(ink(&kept, 0) > 40);
    // The first point keeps its colour and its place; the others come in the next colours.
    assert_eq!([ink(&kept, 1), ink(&kept, 2)], [ink(&kept, 0); 2]);
    assert!(ink(&cleared, 0).abs_diff(ink(&cleared, 2)) < 10, "one point in each frame");
    let all = expected(&cleared);
    assert!(all[0] != all[2], "the point moves");
    assert_eq!(kept.description().matches("Scatter plot").count(), 3);
    assert_eq!(cleared.description().matches("Scatter plot").count(), 1);
}

#[test]
fn only_the_data_moves() {
    // The widest labels, the longest title and the legend come in different frames.
    let animation = animate(0..3, |frame, axes| {
        let reach = 10_f64.powi(frame);
        let figure = plot::line([0.0, 1.0], [0.0, reach]);
        axes.clear();
        axes.draw(if frame == 1 { figure.name("a line").title("A title") } else { figure });
    })
    .unwrap();
    // Grey marks the axes: their corner is at the same place in all frames.
    let (width, _) = animation.frames.size;
    let corner = |frame: usize| {
        let rgb = animation.frames.rgb(frame);
        let pixels = rgb.as_chunks::<3>().0;
        let last = pixels.iter().rposition(|rgb| *rgb == [0x8c; 3]).unwrap();
        (last % width as usize, last / width as usize)
    };
    assert_eq!([corner(0), corner(1)], [corner(2); 2]);
}

#[test]
fn what_cannot_be_animated_says_why() {
    let problem = |animation: Result<Animation>| animation.unwrap_err().to_string();
    let nothing: [usize; 0] = [];
    assert_eq!(problem(animate(nothing, |_, _| ())), "plot: an animation without frames");
    assert_eq!(problem(animate(0..2, |_, axes| axes.clear())), "plot: frame 0 shows nothing");
    assert_eq!(
        problem(animate(0..2000, |_, axes| {
            axes.clear();
            axes.draw(plot::line(0..2, 0..2));
        })),
        "plot::animate: more than 300 frames: draw every tenth"
    );
    let failing = animate(0..1, |_, _| Err(Error::plot("no luck")));
    assert_eq!(problem(failing), "plot: no luck");
    let grid = plot::grid(1, [plot::line(0..2, 0..2)]);
    assert_eq!(
        problem(animate(0..1, |_, axes| axes.draw(grid.clone()))),
        "plot: a grid of figures has several axes: draw its figures one by one"
    );
    let error = |animation: Animation| animation.gif().unwrap_err().to_string();
    assert_eq!(error(jumping().fps(0.0)), "delay: inf ms for a frame: give 1 ms to 60 000 ms");
    assert_eq!(
        jumping().save("a.mov").unwrap_err().to_string(),
        "save an animation: a.mov has none of the endings gif, png, apng, html, mp4, webm"
    );
}

#[test]
fn files_are_written_by_their_ending() {
    let folder = std::env::temp_dir();
    for (ending, start) in [("gif", &b"GIF89a"[..]), ("apng", b"\x89PNG"), ("html", b"<div")] {
        let path = folder.join(format!("lesson_lib-frames-{}.{ending}", std::process::id()));
        jumping().save(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(bytes.starts_with(start), "{ending}");
    }
}
