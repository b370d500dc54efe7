//! Text inside HTML.

/// `text` as HTML that shows it unchanged, in an element or in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    // The ampersand first: the others bring ampersands of their own.
    let signs = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")];
    signs.iter().fold(text.to_string(), |text, (sign, name)| text.replace(*sign, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_html_are_escaped_once() {
        assert_eq!(escaped("a < b & \"c\" > d"), "a &lt; b &amp; &quot;c&quot; &gt; d");
        assert_eq!(escaped("&lt;"), "&amp;lt;");
    }
}
