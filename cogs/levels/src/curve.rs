//! How many points a level takes: each takes more than the one before.

/// Highest level, so that no sum of points is beyond what is counted.
pub const MOST: u32 = 1_000;

/// Points from the start of a level to the next one.
pub fn step(level: u32) -> i64 {
    let level = i64::from(level);
    5 * level * level + 50 * level + 100
}

/// Returns all points that a level takes, from none on.
#[cfg(test)]
pub fn total(level: u32) -> i64 {
    (0..level.min(MOST)).map(step).sum()
}

/// Returns the level of so many points, and how many there are beyond its start.
pub fn level(points: i64) -> (u32, i64) {
    let (mut level, mut beyond) = (0, points.max(0));
    while level < MOST && beyond >= step(level) {
        beyond -= step(level);
        level += 1;
    }
    (level, beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_begin_where_their_points_are_reached() {
        assert_eq!(level(-5), (0, 0));
        assert_eq!(level(99), (0, 99));
        assert_eq!(level(100), (1, 0));
        assert_eq!(level(255), (2, 0));
        for number in [0, 1, 2, 10, 100, MOST] {
            assert_eq!(level(total(number)), (number, 0));
        }
        assert_eq!(level(i64::MAX).0, MOST);
    }
}
