//! Frames as video files, by the program `ffmpeg`.

use super::indexed_frames::IndexedFrames;
use crate::{Error, Result};
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes the video; the ending of `path` tells `ffmpeg` which kind.
pub(super) fn write(frames: &IndexedFrames, delay: u32, path: &Path) -> Result<()> {
    write_with("ffmpeg".as_ref(), frames, delay, path)
}

/// [`write`] with another program in the place of `ffmpeg`.
fn write_with(program: &OsStr, frames: &IndexedFrames, delay: u32, path: &Path) -> Result<()> {
    let failed = |problem: String| Error::device(format!("write {}", path.display()), problem);
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => failed(
            "a video needs the program ffmpeg: install it (Debian: apt install ffmpeg, macOS: \
             brew install ffmpeg), or save as .gif or .png"
                .into(),
        ),
        _ => failed(format!("ffmpeg does not start: {error}")),
    };
    let (width, height) = frames.size;
    let mut child = Command::new(program)
        .args(["-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(["-video_size", &format!("{width}x{height}")])
        .args(["-framerate", &format!("1000/{delay}"), "-i", "-"])
        // Players want even sides and this pixel format; white is the paper's colour.
        .args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt", "yuv420p"])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    if let Some(mut pipe) = child.stdin.take() {
        // If ffmpeg stops reading, its own words say why.
        let _ = (0..frames.numbers.len()).try_for_each(|frame| pipe.write_all(&frames.rgb(frame)));
    }
    let end = child.wait_with_output().map_err(missing)?;
    match end.status.success() {
        true => Ok(()),
        false => Err(failed(format!("ffmpeg: {}", String::from_utf8_lossy(&end.stderr).trim()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};
    use std::fs;

    fn frames() -> IndexedFrames {
        IndexedFrames::new(&[1, 2].map(|shade| RgbImage::from_pixel(3, 2, Rgb([shade; 3]))))
    }

    #[test]
    fn without_ffmpeg_the_error_says_what_to_install() {
        let result = write_with("no-such-program".as_ref(), &frames(), 500, "a.mp4".as_ref());
        assert_eq!(
            result.unwrap_err().to_string(),
            "cannot write a.mp4: a video needs the program ffmpeg: install it (Debian: apt install \
             ffmpeg, macOS: brew install ffmpeg), or save as .gif or .png"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_program_gets_size_rate_and_every_pixel() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("lesson_lib-video-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (program, out) = (folder.join("program"), folder.join("a.webm"));
        // Stands in for ffmpeg: keeps its arguments, and its input in the file that is asked for.
        let script =
            "#!/bin/sh\nfor last; do :; done\necho \"$*\" > \"$last.args\"\ncat > \"$last\"\n";
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        write_with(program.as_ref(), &frames(), 40, &out).unwrap();
        let (pixels, args) =
            (fs::read(&out).unwrap(), fs::read_to_string(folder.join("a.webm.args")).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(pixels, [[1; 18], [2; 18]].concat());
        assert!(args.contains("-video_size 3x2 -framerate 1000/40 -i -"), "{args}");
    }
}
