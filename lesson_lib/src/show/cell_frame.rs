//! The line of a cell from which a panic came, where the panic itself is in some crate's code.
//!
//! The standard library's own backtrace knows only what was loaded when it was first asked, which
//! leaves out all later cells. But it gives the addresses, and Linux says what is loaded there.

use addr2line::Loader;
use std::backtrace::Backtrace;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// How evcxr names the library that it makes of a cell: `libcode_7.so`.
const LIBRARY: &str = "libcode_";

/// `file:line` of the innermost call that stands in a cell; `None` where nothing tells.
pub(super) fn innermost() -> Option<String> {
    let trace = format!("{:#}", Backtrace::force_capture());
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    let loaded: Vec<Mapping> = maps.lines().filter_map(Mapping::parse).collect();
    addresses(&trace).find_map(|address| line_in_cell(&loaded, address))
}

/// The addresses in the text of a backtrace, innermost first.
fn addresses(trace: &str) -> impl Iterator<Item = usize> {
    trace.lines().filter_map(|line| {
        let (_, rest) = line.trim_start().split_once(':')?;
        let digits = rest.trim_start().strip_prefix("0x")?.split(' ').next()?;
        hexadecimal(digits)
    })
}

/// A part of a file in memory.
#[derive(Debug, PartialEq)]
struct Mapping {
    start: usize,
    end: usize,
    /// Whether it begins the file and is not code: there a library begins, too.
    is_head: bool,
    file: PathBuf,
}

impl Mapping {
    /// Of a line such as `7f00-7f10 r-xp 00001000 08:01 42   /tmp/libcode_7.so`, if a cell is there.
    fn parse(line: &str) -> Option<Self> {
        let file = Path::new(&line[line.find('/')?..]).to_path_buf();
        if !file.file_name()?.to_str()?.starts_with(LIBRARY) {
            return None;
        }
        let mut fields = line.split(' ');
        let (start, end) = fields.next()?.split_once('-')?;
        let is_head = !fields.next()?.contains('x') && hexadecimal(fields.next()?)? == 0;
        Some(Mapping { start: hexadecimal(start)?, end: hexadecimal(end)?, is_head, file })
    }
}

fn hexadecimal(digits: &str) -> Option<usize> {
    usize::from_str_radix(digits, 16).ok()
}

/// The library at `address`, and where in it that is.
fn in_library(loaded: &[Mapping], address: usize) -> Option<(&Path, usize)> {
    let hit = loaded.iter().find(|at| (at.start..at.end).contains(&address))?;
    // A backtrace reads the same file as a whole, elsewhere: the nearest head below is the library's.
    let heads = loaded.iter().filter(|at| at.is_head && at.file == hit.file);
    let start = heads.map(|at| at.start).filter(|start| *start <= address).max()?;
    Some((&hit.file, address - start))
}

fn line_in_cell(loaded: &[Mapping], address: usize) -> Option<String> {
    let (file, offset) = in_library(loaded, address)?;
    let loader = Loader::new(file).ok()?;
    // The address is where the call returns to, which may be the next line.
    let mut frames = loader.find_frames(offset.checked_sub(1)? as u64).ok()?;
    while let Ok(Some(frame)) = frames.next() {
        let Some(place) = frame.location else { continue };
        if let (Some(file), Some(line)) = (place.file, place.line)
            && is_the_cells(file)
        {
            return Some(format!("src/lib.rs:{line}"));
        }
    }
    None
}

/// Whether `file` is what evcxr makes of a cell, not the code of a crate compiled with it.
fn is_the_cells(file: &str) -> bool {
    let folder = env::var_os("EVCXR_TMPDIR").and_then(|folder| fs::canonicalize(folder).ok());
    let whole = folder.is_some_and(|folder| Path::new(file) == folder.join("src/lib.rs"));
    whole || file == "src/lib.rs"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_a_backtrace() {
        let trace = "   0:     0x7f0a - std::x\n      at /a.rs:3\n  12:     0x10 - <unknown>\n";
        assert_eq!(addresses(trace).collect::<Vec<_>>(), [0x7f0a, 0x10]);
        let own = format!("{:#}", Backtrace::force_capture());
        assert!(addresses(&own).count() > 3, "{own}");
    }

    #[test]
    fn only_the_libraries_of_cells_count() {
        let line = "7f00-7f10 r-xp 00001000 08:01 42     /tmp/a b/libcode_7.so";
        let file = PathBuf::from("/tmp/a b/libcode_7.so");
        let expected = Mapping { start: 0x7f00, end: 0x7f10, is_head: false, file };
        assert_eq!(Mapping::parse(line), Some(expected));
        assert_eq!(Mapping::parse(&line.replace("libcode", "libstd")), None);
        assert_eq!(Mapping::parse("7f00-7f10 rw-p 00000000 00:00 0 "), None);
        assert_eq!(innermost(), None, "no cell runs here");
    }

    #[test]
    fn a_library_begins_where_it_was_loaded() {
        let maps = "\
            1000-9000 r--p 00000000 08:01 42 /libcode_1.so\n\
            9000-a000 r--p 00000000 08:01 42 /libcode_1.so\n\
            a000-b000 r-xp 00000000 08:01 42 /libcode_1.so\n\
            c000-d000 r--p 00000000 08:01 42 /libcode_1.so";
        let loaded: Vec<Mapping> = maps.lines().filter_map(Mapping::parse).collect();
        assert_eq!(in_library(&loaded, 0xa123), Some((Path::new("/libcode_1.so"), 0x1123)));
        assert_eq!(in_library(&loaded, 0xb000), None);
    }
}
