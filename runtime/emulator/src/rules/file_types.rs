//! Which files an option or an upload takes: `image`, `video`, `audio`, or extensions.
//! Rules: Discord's documentation, "Reference", file type filtering.

use super::form::{BAD_CHOICE, Faults, Form};

const GROUPS: [&str; 3] = ["image", "video", "audio"];

/// Reads `file_types`: at most 10, extensions in lower case.
pub fn read(form: &Form<'_>, faults: &mut Faults) -> Vec<String> {
    let listed = form.list("file_types", 0..=10, faults).unwrap_or_default();
    let mut read = Vec::new();
    for one in listed {
        let text = one.value.as_str().unwrap_or_default();
        let extension = text.strip_prefix('.').is_some_and(|rest| !rest.is_empty());
        if !extension && !GROUPS.contains(&text) {
            let message = "A file type is image, video, audio, or an extension such as .pdf.";
            faults.add(&one.path, BAD_CHOICE, message);
        }
        read.push(text.to_lowercase());
    }
    read
}
