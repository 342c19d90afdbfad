//! Which of the bot's shards run in this process.

use std::ops::RangeInclusive;

/// Most shards that a bot can have; Discord tells no figure, and its largest bots have fewer.
const MOST: u32 = 10_000;

/// The shards of this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Shards {
    /// All of them, as many as Discord recommends, and more when it recommends more.
    #[default]
    Recommended,
    /// These, of so many.
    These { own: RangeInclusive<u32>, of: u32 },
}

impl Shards {
    /// Reads what an operator wrote, such as `0-3/8`: the first, the last, and how many there are
    /// over all processes.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        let read = || {
            let (own, of) = text.split_once('/')?;
            let (first, last) = own.split_once('-').unwrap_or((own, own));
            let number = |text: &str| text.trim().parse::<u32>().ok();
            Some((number(first)?, number(last)?, number(of)?))
        };
        let fix = "write the first, the last and the number of all shards, such as \"0-3/8\", or leave it out, and Discord says how many";
        let Some((first, last, of)) = read() else {
            return Err((format!("`{text}` are no shards"), fix.into()));
        };
        if first > last || last >= of || of > MOST {
            let what =
                format!("`{text}` are no shards: they count from 0, and there are at most {MOST}");
            return Err((what, fix.into()));
        }
        Ok(Self::These {
            own: first..=last,
            of,
        })
    }

    /// Returns how many shards the bot has, given how many Discord recommends.
    pub fn total(&self, recommended: u32) -> u32 {
        match self {
            Self::Recommended => recommended.clamp(1, MOST),
            Self::These { of, .. } => *of,
        }
    }

    /// Returns the numbers of those that run here.
    pub fn own(&self, total: u32) -> RangeInclusive<u32> {
        match self {
            Self::Recommended => 0..=total.saturating_sub(1),
            Self::These { own, .. } => own.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_and_mistakes_refused() {
        let read = |text| Shards::parse(text).map(|shards| (shards.own(9), shards.total(9)));
        assert_eq!(read("0-3/8"), Ok((0..=3, 8)));
        assert_eq!(read("2/3"), Ok((2..=2, 3)));
        for wrong in [
            "",
            "4",
            "0-3",
            "3-0/8",
            "0-8/8",
            "a-b/c",
            "0-3/0",
            "-1/2",
            "0-1/10001",
        ] {
            let (what, fix) = read(wrong).unwrap_err();
            assert!(what.contains(&format!("`{wrong}`")), "{what}");
            assert!(fix.contains("0-3/8"));
        }
        let all = Shards::default();
        assert_eq!((all.own(4), all.total(4), all.total(0)), (0..=3, 4, 1));
    }
}
