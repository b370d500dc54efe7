//! Where a cell's output goes: standard output, or a list that a test reads.

use std::cell::RefCell;

/// One thing that a cell showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A printed line, without its line break.
    Line(String),
    /// A block of one MIME type, as [`emit`] was given it.
    Block {
        /// The MIME type, e.g. `text/plain`.
        mime: String,
        /// The content; base64 for pictures.
        content: String,
    },
}

thread_local! {
    static CAPTURED: RefCell<Option<Vec<Output>>> = const { RefCell::new(None) };
}

/// Shows `content` under the running cell as a block of the MIME type `mime`.
///
/// A cell shows one block of each type, the last one, and the notebook picks the richest type
/// that it can draw. Pictures (`image/png`, `image/gif`) are given in base64.
///
/// ```
/// use lesson_lib::show;
/// show::emit("text/html", "<b>five</b>");
/// show::emit("text/plain", "five");
/// ```
pub fn emit(mime: &str, content: &str) {
    let block = Output::Block { mime: mime.into(), content: content.into() };
    if let Some(Output::Block { mime, content }) = keep(block) {
        println!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT");
    }
}

/// Prints one line, as `println!` does, where [`capture`] can see it.
pub fn print_line(line: &str) {
    if let Some(Output::Line(line)) = keep(Output::Line(line.into())) {
        println!("{line}");
    }
}

/// Runs `f` and returns its result with everything that it showed on this thread, in order,
/// instead of printing it.
///
/// ```
/// use lesson_lib::show::{self, Output};
/// let (_, shown) = show::capture(|| show::emit("text/plain", "five"));
/// assert_eq!(shown, [Output::Block { mime: "text/plain".into(), content: "five".into() }]);
/// ```
pub fn capture<R>(f: impl FnOnce() -> R) -> (R, Vec<Output>) {
    let outer = CAPTURED.replace(Some(Vec::new()));
    let restore = Restore(outer);
    let result = f();
    let shown = CAPTURED.take().unwrap_or_default();
    drop(restore);
    (result, shown)
}

/// Puts the outer capture back, also when the captured function panics.
struct Restore(Option<Vec<Output>>);

impl Drop for Restore {
    fn drop(&mut self) {
        CAPTURED.replace(self.0.take());
    }
}

/// Adds `output` to the running capture, or hands it back to be printed.
fn keep(output: Output) -> Option<Output> {
    CAPTURED.with_borrow_mut(|captured| match captured {
        Some(list) => {
            list.push(output);
            None
        }
        None => Some(output),
    })
}
