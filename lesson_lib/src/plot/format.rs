//! How numbers read in labels and descriptions.

use crate::text::{counted, fixed, scientific, superscript, time_unit, whole};

/// `; 3 values not finite, skipped`, or nothing where all are finite.
pub(super) fn skipped(number: usize, noun: &str) -> String {
    match number {
        0 => String::new(),
        _ => format!("; {} not finite, skipped", counted(number, noun)),
    }
}

/// A power of ten as an axis label: `0.01`, `1000`, `10⁶`.
pub(super) fn power_of_ten(value: f64) -> String {
    let power = value.log10().round() as i32;
    match power {
        -3..=-1 => fixed(value, power.unsigned_abs() as usize),
        0..=3 => fixed(value, 0),
        4..=5 => whole(value),
        _ => format!("10{}", superscript(&power.to_string())),
    }
}

/// One number for the eye: whole numbers as they are, others with up to four digits.
pub(super) fn value(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e9 {
        whole(value)
    } else if (1e-3..1e6).contains(&size) {
        let text = fixed(value, (3 - size.log10().floor() as i32).max(0) as usize);
        if text.contains('.') {
            text.trim_end_matches(['0']).trim_end_matches('.').into()
        } else {
            text
        }
    } else {
        scientific(value, 2)
    }
}

/// `from 0.000 to 1.000`: three digits of the difference, or none for whole numbers.
pub(super) fn range(low: f64, high: f64) -> String {
    let largest = low.abs().max(high.abs());
    let size = if low < high { (high - low).max(largest * 1e-6) } else { largest };
    let text = |value: f64| {
        if low.fract() == 0.0 && high.fract() == 0.0 && largest < 1e9 {
            whole(value)
        } else if (1e-3..1e6).contains(&size) {
            fixed(value, (3 - size.log10().round() as i32).max(0) as usize)
        } else {
            scientific(value, 3)
        }
    };
    format!("from {} to {}", text(low), text(high))
}

/// `from 3.20×10⁻⁷ to 0.25`: as [`range`], but where the one is above zero and not a thousandth of the
/// other, each with digits of its own. On a logarithmic axis it is not near zero.
pub(super) fn wide_range(low: f64, high: f64) -> String {
    match low > 0.0 && low < high / 1000.0 {
        true => format!("from {} to {}", value(low), value(high)),
        false => range(low, high),
    }
}

/// A power of ten of seconds as an axis label: `100 µs`.
pub(super) fn decade(seconds: f64) -> String {
    let (unit, size) = time_unit(seconds);
    format!("{} {unit}", (seconds / size).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_skipped_is_counted() {
        assert_eq!(skipped(0, "value"), "");
        assert_eq!(skipped(2, "value"), "; 2 values not finite, skipped");
    }

    #[test]
    fn values() {
        let texts = [0.0, -0.0, 3.0, -12.0, 0.51234, 0.001_25, 123.456, 1e-9, -2.5e7].map(value);
        let expected =
            ["0", "0", "3", "−12", "0.5123", "0.00125", "123.5", "1.00×10⁻⁹", "−25 000 000"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn ranges() {
        assert_eq!(range(0.0, 49.0), "from 0 to 49");
        assert_eq!(range(3.1e-5, 0.99997), "from 0.000 to 1.000");
        assert_eq!(range(-12.3456, 25.5), "from −12.3 to 25.5");
        assert_eq!(range(1e-7, 2e-7), "from 1.000×10⁻⁷ to 2.000×10⁻⁷");
        assert_eq!(range(0.5, 0.5), "from 0.500 to 0.500");
    }

    #[test]
    fn a_wide_range_does_not_begin_at_zero() {
        assert_eq!(wide_range(2.2e-14, 0.109_34), "from 2.20×10⁻¹⁴ to 0.1093");
        assert_eq!(wide_range(1.0, 25_000.0), "from 1 to 25 000");
        assert_eq!(wide_range(0.0, 0.5), "from 0.000 to 0.500");
        assert_eq!(wide_range(-1e-9, 0.5), "from 0.000 to 0.500");
        assert_eq!(wide_range(0.004, 0.999), "from 0.004 to 0.999");
    }

    #[test]
    fn decades() {
        assert_eq!(
            [1e-9, 1e-5, 1e-3, 1e-1, 10.0].map(decade),
            ["1 ns", "10 µs", "1 ms", "100 ms", "10 s"]
        );
    }
}
