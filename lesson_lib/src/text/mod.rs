//! How numbers, amounts and durations read, the same in every message, table and picture.
//!
//! | to write | call |
//! |---|---|
//! | `10 000`, `3 values` | [`count`], [`counted`] |
//! | `−12`, `0.250`, `2.5×10⁻⁶` | [`whole`], [`fixed`], [`scientific`] |
//! | `31×` | [`speed_up`] |
//! | `4.00 ms`, `5 s`, `10 min` | [`seconds`], [`rough_seconds`] |
//! | `1.5 GiB` | [`bytes`] |
//! | `a &lt; b` | [`html`] |

mod amount;
mod duration;
mod html;
mod number;

pub(crate) use amount::{bytes, speed_up};
pub(crate) use duration::{rough_seconds, seconds, time_unit};
pub(crate) use html::escaped as html;
pub(crate) use number::{count, counted, fixed, scientific, superscript, whole};
