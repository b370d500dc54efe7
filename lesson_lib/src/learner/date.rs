//! Today's date.

use std::time::{SystemTime, UNIX_EPOCH};

/// Today in Greenwich, as `2026-11-30`: the standard library knows no time zones.
pub(crate) fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    written(since.as_secs() / 86_400)
}

/// The date that is so many days after 1 January 1970.
fn written(days: u64) -> String {
    // Years that begin in March end with the day that only some of them have.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + later)
}

/// Whether `text` is written as [`today`] writes dates.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(k, c)| match k {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (11_322, "2000-12-31"),
            (20_787, "2026-11-30"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(written(days), date);
        }
    }

    #[test]
    fn only_dates_are_dates() {
        assert!(is_date(&today()) && today().as_str() > "2026");
        for text in ["", "2026-1-30", "2026-11-3x", "2026/11/30", "2026-11-300", "zweitausen"] {
            assert!(!is_date(text), "{text}");
        }
    }
}
