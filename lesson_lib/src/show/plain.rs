//! Numbers and texts, shown as `Debug` has them.
//!
//! The kernel compiles a cell again if its value has no [`Show`], and falls back to `Debug`: these,
//! by far the most frequent, need no second try.

use super::Show;
use std::time::Duration;

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Show for $type {
            const PLAIN: bool = true;

            fn text(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}

plain!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char str String Duration);
