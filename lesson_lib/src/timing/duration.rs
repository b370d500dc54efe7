//! Durations as people read them.

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
    seconds_text(duration.as_secs_f64())
}

/// [`duration_text`] for a number of seconds.
pub(super) fn seconds_text(seconds: f64) -> String {
    let rounded: f64 = format!("{seconds:.2e}").parse().unwrap_or(seconds);
    let (scaled, unit) = match rounded {
        1.0.. => (rounded, "s"),
        1e-3.. => (rounded * 1e3, "ms"),
        1e-6.. => (rounded * 1e6, "µs"),
        _ => (rounded * 1e9, "ns"),
    };
    let decimals = match scaled {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{scaled:.decimals$} {unit}")
}
