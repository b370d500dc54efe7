//! Bytes and speed-ups.

use super::count;

/// Bytes with the unit that suits them: `48 KiB`, `139.7 GiB`.
///
/// The number is a float, because a size that does not fit in memory need not fit in an integer.
pub(crate) fn bytes(bytes: f64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = bytes;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if value >= 1e4 {
        return format!("{bytes:.1e} B");
    }
    let digits = usize::from(value < 1000.0 && value.fract() >= 0.05);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A ratio of two times: `0.53×`, `6.2×`, `31×`, `2 510×`; two digits below 10, three above, as
/// many as the times themselves have.
pub(crate) fn speed_up(ratio: f64) -> String {
    if !ratio.is_finite() || ratio <= 0.0 {
        return "–".into();
    }
    let rounded: f64 = format!("{ratio:.1e}").parse().unwrap_or(ratio);
    if ratio == 1.0 {
        "1×".into()
    } else if rounded < 10.0 {
        let decimals = (1.0 - rounded.log10().floor()).clamp(0.0, 9.0) as usize;
        format!("{rounded:.decimals$}×")
    } else {
        let unit = 10_f64.powf((ratio.log10().floor() - 2.0).max(0.0));
        format!("{}×", count(((ratio / unit).round() * unit) as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_readable() {
        let sizes = [0.0, 1.0, 1023.0, 49_152.0, 1.5 * 1024_f64.powi(3), 150e9, 3e18, 1e30];
        let expected =
            ["0 B", "1 B", "1023 B", "48 KiB", "1.5 GiB", "139.7 GiB", "2.6 EiB", "1.0e30 B"];
        assert_eq!(sizes.map(bytes), expected);
    }

    #[test]
    fn speed_ups_have_as_many_digits_as_the_times() {
        assert_eq!(
            [1.0, 1.04, 6.24, 9.94, 9.96, 31.4, 999.7, 12_403.0].map(speed_up),
            ["1×", "1.0×", "6.2×", "9.9×", "10×", "31×", "1 000×", "12 400×"]
        );
        assert_eq!([0.53, 0.996, 0.0123].map(speed_up), ["0.53×", "1.0×", "0.012×"]);
        assert_eq!([0.0, f64::INFINITY, f64::NAN].map(speed_up), ["–"; 3]);
    }
}
