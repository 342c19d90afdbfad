//! Pictures in bodies, as data URIs. They are judged and dropped, since nothing here shows them.

use super::form::{BAD_CHOICE, Faults, Form};

const KINDS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// Returns the kind of picture of a field that holds one of at most `largest` bytes.
pub fn read<'a>(
    form: &Form<'a>,
    key: &str,
    largest: usize,
    faults: &mut Faults,
) -> Option<&'a str> {
    let image = form.get(key)?.as_str();
    let data = image.and_then(|image| image.strip_prefix("data:image/"));
    let parts = data.and_then(|data| data.split_once(";base64,"));
    let Some((kind, coded)) = parts.filter(|(kind, _)| KINDS.contains(kind)) else {
        let message = "This is not a picture as a data URI.";
        form.fault(faults, key, BAD_CHOICE, message);
        return None;
    };
    // Four letters hold three bytes.
    if coded.len() / 4 * 3 > largest {
        let message = format!("File cannot be larger than {} KiB.", largest / 1024);
        form.fault(faults, key, "BINARY_TYPE_MAX_SIZE", message);
    }
    Some(kind)
}
