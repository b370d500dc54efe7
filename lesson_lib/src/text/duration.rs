//! Durations, measured or estimated.

/// A duration with three significant digits in ns, µs, ms or s: `4.00 ms`.
pub(crate) fn seconds(seconds: f64) -> String {
    let rounded: f64 = format!("{seconds:.2e}").parse().unwrap_or(seconds);
    let (unit, size) = time_unit(rounded);
    // The product, unlike the quotient, is exact where the text shows it.
    let scaled = rounded * (1.0 / size).round();
    let decimals = match scaled {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{scaled:.decimals$} {unit}")
}

/// The unit that suits a duration, and how many seconds it has.
pub(crate) fn time_unit(seconds: f64) -> (&'static str, f64) {
    // A value that rounds up to 1000 of a unit belongs to the next one.
    let units = [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)];
    units.into_iter().find(|(_, size)| seconds < size * 999.5).unwrap_or(("s", 1.0))
}

/// An estimate, to the second or to the minute: `15 s`, `60 min`.
pub(crate) fn rough_seconds(seconds: f64) -> String {
    if seconds < 99.5 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits() {
        let texts = [2.5e-9, 9.996e-6, 4e-3, 0.123_4, 0.99996, 75.0, 999.6].map(seconds);
        assert_eq!(
            texts,
            ["2.50 ns", "10.0 µs", "4.00 ms", "123 ms", "1.00 s", "75.0 s", "1000 s"]
        );
        assert_eq!([2.671e-3, 0.0, 9.99e-7].map(seconds), ["2.67 ms", "0.00 ns", "999 ns"]);
    }

    #[test]
    fn estimates_are_rough() {
        assert_eq!(
            [0.2, 15.4, 99.4, 99.6, 3600.0].map(rough_seconds),
            ["0 s", "15 s", "99 s", "2 min", "60 min"]
        );
    }
}
