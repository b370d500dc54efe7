//! Durations as people read them.

use crate::text;
use std::time::Duration;

/// Writes a duration with three significant digits in ns, µs, ms or s.
///
/// ```
/// use lesson_lib::timing::duration_text;
/// use std::time::Duration;
/// assert_eq!(duration_text(Duration::from_nanos(2_671_000)), "2.67 ms");
/// assert_eq!(duration_text(Duration::from_nanos(999_950)), "1.00 ms");
/// assert_eq!(duration_text(Duration::from_secs(75)), "75.0 s");
/// ```
pub fn duration_text(duration: Duration) -> String {
    text::seconds(duration.as_secs_f64())
}
