//! RFC 2231: parameters of a header that are cut in numbered pieces or written in percent signs and a charset.

use super::from_charset;

/// The parameters with their pieces joined and their percent signs read; plain ones stay as they are.
pub fn join(params: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut pieces: Vec<(String, u32, bool, String)> = Vec::new();
    for (key, value) in params {
        match split(&key) {
            Some((name, number, encoded)) => pieces.push((name.to_owned(), number, encoded, value)),
            None => plain.push((key, value)),
        }
    }
    pieces.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    while !pieces.is_empty() {
        let name = pieces[0].0.clone();
        let of_name = pieces.iter().take_while(|piece| piece.0 == name).count();
        let value = whole(pieces.drain(..of_name));
        // The extended form wins over a plain one beside it, which is there for old readers.
        plain.retain(|(key, _)| *key != name);
        plain.push((name, value));
    }
    plain
}

/// Name, number and whether it is encoded: `filename*1*` is `("filename", 1, true)`; `None` for a plain name.
fn split(key: &str) -> Option<(&str, u32, bool)> {
    let (name, rest) = key.split_once('*')?;
    let encoded = rest.is_empty() || rest.ends_with('*');
    let digits = rest.trim_end_matches('*');
    let number = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    Some((name, number, encoded))
}

fn whole(pieces: impl Iterator<Item = (String, u32, bool, String)>) -> String {
    let mut charset = String::from("utf-8");
    let mut bytes = Vec::new();
    for (at, (_, _, encoded, value)) in pieces.enumerate() {
        let mut text = value.as_str();
        if at == 0 && encoded {
            let mut fields = value.splitn(3, '\'');
            if let (Some(named), Some(_), Some(rest)) = (fields.next(), fields.next(), fields.next()) {
                if !named.is_empty() {
                    named.clone_into(&mut charset);
                }
                text = rest;
            }
        }
        if encoded { percent(text, &mut bytes) } else { bytes.extend_from_slice(text.as_bytes()) }
    }
    from_charset(&bytes, &charset)
}

fn percent(text: &str, bytes: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        if let Some(byte) = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    fn joined(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        join(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn names_in_percent_signs_and_in_pieces_are_read() {
        let expected = vec![("filename".to_owned(), "Auszug März.pdf".to_owned())];
        assert_eq!(joined(&[("filename*", "utf-8''Auszug%20M%C3%A4rz.pdf")]), expected);
        assert_eq!(joined(&[("filename*", "iso-8859-1'de'Auszug%20M%E4rz.pdf"), ("filename", "x.pdf")]), expected);
        let pieces = [("filename*1", "rz.pdf"), ("filename*0*", "utf-8''Auszug%20M%C3%A4")];
        assert_eq!(joined(&pieces), expected);
        assert_eq!(joined(&[("name", "100%20.pdf")]), [("name".to_owned(), "100%20.pdf".to_owned())]);
    }
}
