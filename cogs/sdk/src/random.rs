//! Randomness from the host: fit for keys, fair for dice, seeded by tests.
//!
//! Owns drawing without bias: a plain remainder would favour the low numbers.

use std::ops::RangeInclusive;

/// What the host hands out in one call, in bytes.
const MOST_AT_ONCE: usize = 4096;

/// Returns a number from the range, each as likely as the other.
///
/// An empty range returns its start.
pub fn range(range: RangeInclusive<i64>) -> i64 {
    in_range(range, &mut draw)
}

/// Returns one of the items, each as likely as the other; `None` when there is none.
pub fn pick<T>(items: &[T]) -> Option<&T> {
    pick_with(items, &mut draw)
}

/// Puts the items in a random order, each order as likely as the other.
pub fn shuffle<T>(items: &mut [T]) {
    shuffle_with(items, &mut draw);
}

/// Returns that many random bytes.
pub fn bytes(count: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(count);
    while bytes.len() < count {
        let want = (count - bytes.len()).min(MOST_AT_ONCE);
        bytes.extend(crate::raw::cogbox::host::random::bytes(want as u32));
    }
    bytes.truncate(count);
    bytes
}

/// Returns eight characters that tell one thing from others: for keys, and for ids of buttons.
pub fn id() -> String {
    bytes(4).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn draw() -> u64 {
    let mut number = [0; 8];
    for (to, from) in number.iter_mut().zip(bytes(8)) {
        *to = from;
    }
    u64::from_le_bytes(number)
}

fn in_range(range: RangeInclusive<i64>, draw: &mut impl FnMut() -> u64) -> i64 {
    let (start, end) = range.into_inner();
    if end <= start {
        return start;
    }
    let span = end.wrapping_sub(start) as u64;
    let offset = match span.checked_add(1) {
        Some(count) => below(count, draw),
        None => draw(),
    };
    start.wrapping_add(offset as i64)
}

fn pick_with<'a, T>(items: &'a [T], draw: &mut impl FnMut() -> u64) -> Option<&'a T> {
    if items.is_empty() {
        return None;
    }
    items.get(below(items.len() as u64, draw) as usize)
}

fn shuffle_with<T>(items: &mut [T], draw: &mut impl FnMut() -> u64) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last as u64 + 1, draw) as usize);
    }
}

/// Returns a number under `count`, which is not 0. Draws above the last whole multiple of
/// `count` are thrown away; on average fewer than two draws are needed.
fn below(count: u64, draw: &mut impl FnMut() -> u64) -> u64 {
    let leftover = (u64::MAX % count + 1) % count;
    loop {
        let number = draw();
        if number <= u64::MAX - leftover {
            return number % count;
        }
    }
}

/// What crates that use getrandom 0.3 or 0.4 call, once `.cargo/config.toml` chooses the
/// custom backend.
#[cfg(all(feature = "getrandom", target_arch = "wasm32"))]
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(
    to: *mut u8,
    count: usize,
) -> Result<(), getrandom::Error> {
    let random = bytes(count);
    // SAFETY: getrandom's contract: `to` is valid for writes of `count` bytes; `bytes` returns
    // exactly that many.
    unsafe { std::ptr::copy_nonoverlapping(random.as_ptr(), to, count) };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out the given numbers one by one.
    fn scripted(numbers: &[u64]) -> impl FnMut() -> u64 {
        let mut numbers = numbers.iter().copied();
        move || numbers.next().expect("the script is long enough")
    }

    /// A small generator (splitmix64), so that the test is the same every time.
    fn seeded(mut state: u64) -> impl FnMut() -> u64 {
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }
    }

    #[test]
    fn numbers_past_the_last_whole_multiple_are_drawn_again() {
        // 2^64 is one more than a multiple of 3, so only u64::MAX itself is left over.
        assert_eq!(below(3, &mut scripted(&[u64::MAX, 5])), 2);
        assert_eq!(below(3, &mut scripted(&[u64::MAX - 1])), 2);
        // A power of two leaves nothing over.
        assert_eq!(below(4, &mut scripted(&[u64::MAX])), 3);
        assert_eq!(below(1, &mut scripted(&[u64::MAX])), 0);
    }

    #[test]
    fn ranges_reach_both_ends_and_the_whole_of_i64() {
        assert_eq!(in_range(1..=6, &mut scripted(&[6])), 1);
        assert_eq!(in_range(1..=6, &mut scripted(&[5])), 6);
        assert_eq!(in_range(-2..=2, &mut scripted(&[0])), -2);
        assert_eq!(in_range(7..=7, &mut scripted(&[])), 7);
        #[expect(clippy::reversed_empty_ranges)]
        let empty = 9..=3;
        assert_eq!(in_range(empty, &mut scripted(&[])), 9);
        assert_eq!(
            in_range(i64::MIN..=i64::MAX, &mut scripted(&[u64::MAX])),
            i64::MAX
        );
    }

    #[test]
    fn a_die_is_fair() {
        let mut draw = seeded(1);
        let mut seen = [0u32; 6];
        for _ in 0..60_000 {
            seen[in_range(0..=5, &mut draw) as usize] += 1;
        }
        // Standard deviation is 91, so 500 is beyond five of them.
        assert!(
            seen.iter().all(|count| count.abs_diff(10_000) < 500),
            "{seen:?}"
        );
    }

    #[test]
    fn shuffling_keeps_every_item_and_gives_every_order() {
        let mut draw = seeded(2);
        let mut orders = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let mut items = [1, 2, 3];
            shuffle_with(&mut items, &mut draw);
            orders.insert(items);
        }
        assert_eq!(orders.len(), 6);
        assert_eq!(pick_with::<u8>(&[], &mut draw), None);
    }
}
