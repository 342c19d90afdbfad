//! Discord's languages: how each writes numbers and which plural forms it has.
//!
//! Each is a constant of its own, so that a cog holds those it speaks and no others.

use super::Language;
use super::plural::{self, Form::*};

macro_rules! languages {
    ($($constant:ident $name:literal: $plural:ident [$($form:ident)+] $decimal:literal $group:literal
        $($extra:ident: $value:expr)?;)+) => {
        $(#[doc = concat!("`", $name, "`")]
        pub const $constant: Language = Language {
            $($extra: $value,)?
            name: $name,
            plural: plural::$plural,
            forms: &[$($form),+],
            decimal: $decimal,
            group: $group,
            ..PLAIN
        };)+

        /// All of them, for tests.
        #[cfg(test)]
        pub const ALL: &[Language] = &[$($constant),+];
    };
}

/// The minus of typographers, which some languages use.
const MINUS: &str = "\u{2212}";

const PLAIN: Language = Language {
    name: "",
    plural: plural::none,
    forms: &[Other],
    decimal: ".",
    group: ",",
    grouped_from: 4,
    minus: "-",
    indian: false,
};

languages! {
    ID "id": none [Other] "," ".";
    DA "da": danish [One Other] "," ".";
    DE "de": one [One Other] "," ".";
    EN_GB "en-GB": one [One Other] "." ",";
    EN_US "en-US": one [One Other] "." ",";
    ES_ES "es-ES": spanish [One Many Other] "," "." grouped_from: 5;
    ES_419 "es-419": spanish [One Many Other] "." ",";
    FR "fr": french [One Many Other] "," "\u{202f}";
    HR "hr": croatian [One Few Other] "," "." minus: MINUS;
    IT "it": italian [One Many Other] "," "." grouped_from: 5;
    LT "lt": lithuanian [One Few Many Other] "," "\u{a0}" minus: MINUS;
    HU "hu": exactly_one [One Other] "," "\u{a0}" grouped_from: 5;
    NL "nl": one [One Other] "," ".";
    NO "no": exactly_one [One Other] "," "\u{a0}" minus: MINUS;
    PL "pl": polish [One Few Many Other] "," "\u{a0}" grouped_from: 5;
    PT_BR "pt-BR": french [One Many Other] "," ".";
    RO "ro": romanian [One Few Other] "," ".";
    FI "fi": one [One Other] "," "\u{a0}" minus: MINUS;
    SV_SE "sv-SE": one [One Other] "," "\u{a0}" minus: MINUS;
    VI "vi": none [Other] "," ".";
    TR "tr": exactly_one [One Other] "," ".";
    CS "cs": czech [One Few Many Other] "," "\u{a0}";
    EL "el": exactly_one [One Other] "," ".";
    BG "bg": exactly_one [One Other] "," "\u{a0}" grouped_from: 5;
    RU "ru": russian [One Few Many Other] "," "\u{a0}";
    UK "uk": russian [One Few Many Other] "," "\u{a0}";
    HI "hi": hindi [One Other] "." "," indian: true;
    TH "th": none [Other] "." ",";
    ZH_CN "zh-CN": none [Other] "." ",";
    JA "ja": none [Other] "." ",";
    ZH_TW "zh-TW": none [Other] "." ",";
    KO "ko": none [Other] "." ",";
}
