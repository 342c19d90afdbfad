//! Bytes from the web as text, in whatever encoding they come.

use encoding_rs::{Encoding, UTF_8};

/// How far into a document its own word for its encoding is looked for, in bytes.
const DECLARED_WITHIN: usize = 1_024;
/// What switches between alphabets in the one old encoding that looks like UTF-8.
const ESCAPE: u8 = 0x1b;

/// Returns a body as text. What is no character becomes `�`.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(encoding, bytes.get(mark..).unwrap_or_default());
    }
    // What reads as UTF-8 is UTF-8, whatever an old server says of everything that it has.
    if is_utf8(bytes) && !bytes.contains(&ESCAPE) {
        return decoded(UTF_8, bytes);
    }
    let label = content_type.and_then(charset).or_else(|| declared(bytes));
    let named = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    decoded(named.unwrap_or(UTF_8), bytes)
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.into_owned()
}

/// Whether it is UTF-8; what was cut may end within a character.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(odd) => odd.error_len().is_none(),
    }
}

/// Reads `utf-8` out of `text/xml; charset="utf-8"`.
fn charset(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1);
    let value = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    });
    value.map(|value| value.trim().trim_matches(['"', '\'']).to_string())
}

/// Reads it out of `<?xml version="1.0" encoding="utf-8"?>` or `<meta charset="utf-8">`.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARED_WITHIN).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let rest = ["encoding=", "charset="]
        .iter()
        .find_map(|name| head.split_once(name))
        .map(|(_, rest)| rest.trim_start_matches(['"', '\'']))?;
    let end =
        rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_:.".contains(letter)));
    Some(rest[..end.unwrap_or(rest.len())].to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_where_they_are_told() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>Gr\xfc\xdfe \x80</a>";
        assert!(decode(latin, None).ends_with("<a>Grüße €</a>"));
        assert_eq!(
            decode(b"\xcf\xf0\xe8", Some("text/xml; charset=windows-1251")),
            "При"
        );
        assert_eq!(
            decode(b"\x82\xb1", Some("text/xml; Charset=\"Shift_JIS\"")),
            "こ"
        );
        assert_eq!(
            decode("Grüße".as_bytes(), Some("text/xml; charset=iso-8859-1")),
            "Grüße"
        );
        assert_eq!(decode(b"\xef\xbb\xbfhi", None), "hi");
        assert_eq!(decode(b"\xff\xfeh\0i\0", None), "hi");
        assert_eq!(
            decode(b"\x1b$B%\"\x1b(B", Some("a/b;charset=iso-2022-jp")),
            "ア"
        );
        assert_eq!(
            decode(b"a\xffb", Some("text/xml; charset=nonsense")),
            "a\u{fffd}b"
        );
        // Cut within a character.
        assert_eq!(
            decode(&"ü".as_bytes()[..1], Some("a/b; charset=latin1")),
            "\u{fffd}"
        );
        assert_eq!(decode(b"", None), "");
    }
}
