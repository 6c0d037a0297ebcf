//! Plain text of an HTML mail.

/// Text with line breaks where the HTML has blocks.
pub(super) fn to_text(html: &str) -> String {
    mail_parser::decoders::html::html_to_text(html).trim().to_owned()
}

/// Undoes the escaping of Gmail's snippets.
pub(super) fn unescape(text: &str) -> String {
    if text.contains('&') { mail_parser::decoders::html::html_to_text(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_without_a_text_part_can_be_read() {
        let text =
            to_text("<style>p{color:red}</style><p>Hola&nbsp;Ana</p><p>Monto: <b>5,000.00</b></p><script>x()</script>");
        assert!(text.starts_with("Hola"), "{text}");
        assert!(text.contains("Monto: 5,000.00") && !text.contains('<') && !text.contains("x()"), "{text}");
    }

    #[test]
    fn snippets_are_unescaped() {
        assert_eq!(unescape("Tom &amp; Ana&#39;s &lt;tea&gt;"), "Tom & Ana's <tea>");
        assert_eq!(unescape("plain"), "plain");
    }
}
