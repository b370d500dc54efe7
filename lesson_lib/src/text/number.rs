//! Numbers with their thousands apart, a proper minus sign and raised exponents.

/// A whole number with its thousands apart: `10 000`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ")
}

/// `number` with its noun: `1 value`, `3 values`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A value rounded to a whole number, written as by [`count`], with its sign.
pub(crate) fn whole(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", count(value.abs().round() as usize))
}

/// A number with a fixed number of decimals; a value that rounds to zero has no sign.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    match text.strip_prefix('-') {
        Some(rest) if is_zero => rest.to_string(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// A number in scientific notation: `2.5×10⁻⁶`.
pub(crate) fn scientific(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{}×10{}", mantissa.replace('-', "−"), superscript(exponent))
}

/// An integer as an exponent: `⁻⁶` for `-6`.
pub(crate) fn superscript(digits: &str) -> String {
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let raise =
        |c: char| c.to_digit(10).and_then(|d| raised.chars().nth(d as usize)).unwrap_or('⁻');
    digits.chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let texts = [0, 7, 999, 1_000, 10_000, 1_234_567].map(count);
        assert_eq!(texts, ["0", "7", "999", "1 000", "10 000", "1 234 567"]);
        assert_eq!(counted(1, "value"), "1 value");
        assert_eq!(counted(1500, "value"), "1 500 values");
        assert_eq!([-25e6, -0.0, 12.4].map(whole), ["−25 000 000", "0", "12"]);
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!([0.25, -0.25, -0.001].map(|value| fixed(value, 2)), ["0.25", "−0.25", "0.00"]);
    }

    #[test]
    fn exponents_are_raised() {
        assert_eq!(scientific(-2.5e-6, 1), "−2.5×10⁻⁶");
        assert_eq!(scientific(1e12, 0), "1×10¹²");
    }
}
