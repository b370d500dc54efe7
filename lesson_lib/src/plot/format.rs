//! How numbers read in labels and descriptions.

/// A whole number with its thousands apart: `10 000`.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// `count` with its noun: `1 value`, `3 values`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `; 3 values not finite, skipped`, or nothing where all are finite.
pub(super) fn skipped(number: usize, noun: &str) -> String {
    match number {
        0 => String::new(),
        _ => format!("; {} not finite, skipped", counted(number, noun)),
    }
}

/// A whole number as [`count`] writes it, with its sign.
pub(super) fn whole(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", count(value.abs().round() as usize))
}

/// A number with a fixed number of decimals and a proper minus sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    match text.strip_prefix('-') {
        Some(rest) if is_zero => rest.to_string(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// A number in scientific notation: `2.5×10⁻⁶`.
pub(super) fn scientific(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{}×10{}", mantissa.replace('-', "−"), superscript(exponent))
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

fn superscript(digits: &str) -> String {
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let raise =
        |c: char| c.to_digit(10).and_then(|d| raised.chars().nth(d as usize)).unwrap_or('⁻');
    digits.chars().map(raise).collect()
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

/// A time with three digits and its unit: `4.00 ms`.
pub(super) fn seconds(seconds: f64) -> String {
    let (unit, size) = unit_of(seconds);
    let shown = seconds / size;
    let decimals = if shown < 9.995 {
        2
    } else if shown < 99.95 {
        1
    } else {
        0
    };
    format!("{shown:.decimals$} {unit}")
}

/// A power of ten of seconds as an axis label: `100 µs`.
pub(super) fn decade(seconds: f64) -> String {
    let (unit, size) = unit_of(seconds);
    format!("{} {unit}", (seconds / size).round())
}

fn unit_of(seconds: f64) -> (&'static str, f64) {
    // A value that rounds up to 1000 of a unit belongs to the next one.
    let units = [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)];
    units.into_iter().find(|(_, size)| seconds < size * 999.5).unwrap_or(("s", 1.0))
}

/// A speed-up: `6.2×`, `31×`, `2 510×`.
pub(super) fn speed_up(ratio: f64) -> String {
    if ratio < 9.95 {
        return format!("{ratio:.1}×");
    }
    // Times have three digits, and so has their ratio.
    let unit = 10_f64.powf((ratio.log10().floor() - 2.0).max(0.0));
    format!("{}×", count(((ratio / unit).round() * unit) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let texts = [0, 7, 999, 1_000, 10_000, 1_234_567].map(count);
        assert_eq!(texts, ["0", "7", "999", "1 000", "10 000", "1 234 567"]);
        assert_eq!(counted(1, "value"), "1 value");
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
    fn times() {
        let texts = [2.5e-9, 9.996e-6, 4e-3, 0.123_4, 0.99996, 75.0, 1234.0].map(seconds);
        assert_eq!(
            texts,
            ["2.50 ns", "10.0 µs", "4.00 ms", "123 ms", "1.00 s", "75.0 s", "1234 s"]
        );
        assert_eq!(
            [1e-9, 1e-5, 1e-3, 1e-1, 10.0].map(decade),
            ["1 ns", "10 µs", "1 ms", "100 ms", "10 s"]
        );
        assert_eq!(
            [1.0, 6.24, 9.96, 31.4, 12_403.0].map(speed_up),
            ["1.0×", "6.2×", "10×", "31×", "12 400×"]
        );
    }
}
