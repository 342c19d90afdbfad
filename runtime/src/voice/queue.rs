//! What plays next: the rules of one guild's queue, without any sound.

use std::collections::VecDeque;

/// Most tracks that wait.
pub const QUEUE_MAX: usize = 500;

/// Something to play. `T` is where its sound comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track<T> {
    /// Its number, which no other track of this queue ever had.
    pub id: u32,
    /// What it plays.
    pub what: T,
}

/// What is played again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeat {
    /// Nothing.
    #[default]
    Off,
    /// The track that plays.
    Track,
    /// Every track: whatever ends waits behind the others.
    Queue,
}

/// Why a track stopped playing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was played to its end.
    Finished,
    /// Somebody skipped it.
    Skipped,
    /// Playback was ended.
    Stopped,
    /// It can't be played.
    Failed,
}

impl End {
    /// Returns it as metrics name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Skipped => "skipped",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// The queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the queue is full: it holds {QUEUE_MAX} tracks")]
pub struct Full;

/// A queue: the track that plays, and those that wait.
#[derive(Debug)]
pub struct Queue<T> {
    playing: Option<Track<T>>,
    waiting: VecDeque<Track<T>>,
    repeat: Repeat,
    next_id: u32,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            playing: None,
            waiting: VecDeque::new(),
            repeat: Repeat::Off,
            next_id: 1,
        }
    }
}

impl<T> Queue<T> {
    /// Returns the track that plays.
    pub fn playing(&self) -> Option<&Track<T>> {
        self.playing.as_ref()
    }

    /// Returns the tracks that wait, the next one first.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = &Track<T>> {
        self.waiting.iter()
    }

    /// Returns the track that plays when this one has been played to its end.
    pub fn following(&self) -> Option<&Track<T>> {
        let playing = self.playing.as_ref();
        match self.repeat {
            Repeat::Off => self.waiting.front(),
            Repeat::Track => playing.or(self.waiting.front()),
            Repeat::Queue => self.waiting.front().or(playing),
        }
    }

    /// Returns what is played again.
    pub fn repeat(&self) -> Repeat {
        self.repeat
    }

    /// Sets what is played again.
    pub fn set_repeat(&mut self, repeat: Repeat) {
        self.repeat = repeat;
    }

    /// Returns how many tracks fit in yet.
    pub fn room(&self) -> usize {
        QUEUE_MAX.saturating_sub(self.waiting.len())
    }

    /// Puts something at the end. It waits, also when nothing plays.
    pub fn push(&mut self, what: T) -> Result<&Track<T>, Full> {
        if self.room() == 0 {
            return Err(Full);
        }
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1).max(1);
        self.waiting.push_back(Track { id, what });
        Ok(&self.waiting[self.waiting.len() - 1])
    }

    /// Takes a track out that waits.
    pub fn remove(&mut self, id: u32) -> Option<Track<T>> {
        let place = self.waiting.iter().position(|track| track.id == id)?;
        self.waiting.remove(place)
    }

    /// Moves a track that waits to a place, 1 for the next one; past the end is the end. Tells whether
    /// it waits at all.
    pub fn put(&mut self, id: u32, place: usize) -> bool {
        let Some(track) = self.remove(id) else {
            return false;
        };
        let place = place.saturating_sub(1).min(self.waiting.len());
        self.waiting.insert(place, track);
        true
    }

    /// Puts those that wait into another order: `pick` returns a number below the one it is given.
    pub fn shuffle(&mut self, mut pick: impl FnMut(usize) -> usize) {
        for last in (1..self.waiting.len()).rev() {
            let other = pick(last + 1).min(last);
            self.waiting.swap(last, other);
        }
    }

    /// Forgets the tracks that wait.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

impl<T: Clone> Queue<T> {
    /// Ends the track that plays, if one does, and returns the one that plays from now on.
    ///
    /// One that was skipped is not repeated by itself, and one that failed is not repeated at all:
    /// it would fail again and again.
    pub fn advance(&mut self, why: End) -> Option<&Track<T>> {
        let ended = self.playing.take();
        match (ended, why, self.repeat) {
            (Some(track), End::Finished, Repeat::Track) => {
                self.playing = Some(track);
                return self.playing.as_ref();
            }
            // Where it was there is room for it.
            (Some(track), End::Finished | End::Skipped, Repeat::Queue) => {
                self.waiting.push_back(track);
            }
            (_, End::Stopped, _) => self.waiting.clear(),
            _ => {}
        }
        self.playing = self.waiting.pop_front();
        self.playing.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(count: usize) -> Queue<usize> {
        let mut queue = Queue::default();
        for what in 0..count {
            queue.push(what).unwrap();
        }
        queue
    }

    fn played(queue: &mut Queue<usize>, why: End, times: usize) -> Vec<usize> {
        let mut step = || Some(queue.advance(why)?.what);
        (0..times).map_while(|_| step()).collect()
    }

    #[test]
    fn tracks_play_in_their_order_and_end() {
        let mut queue = of(3);
        assert_eq!(played(&mut queue, End::Finished, 9), [0, 1, 2]);
        assert!(queue.playing().is_none());
    }

    #[test]
    fn a_repeated_track_goes_on_until_it_is_skipped() {
        let mut queue = of(3);
        queue.set_repeat(Repeat::Track);
        assert_eq!(played(&mut queue, End::Finished, 3), [0, 0, 0]);
        assert_eq!(played(&mut queue, End::Skipped, 1), [1]);
        assert_eq!(played(&mut queue, End::Finished, 2), [1, 1]);
        assert_eq!(played(&mut queue, End::Failed, 1), [2]);
        assert!(played(&mut queue, End::Failed, 1).is_empty());
    }

    #[test]
    fn a_repeated_queue_goes_round_and_loses_what_fails() {
        let mut queue = of(3);
        queue.set_repeat(Repeat::Queue);
        assert_eq!(played(&mut queue, End::Finished, 4), [0, 1, 2, 0]);
        assert_eq!(played(&mut queue, End::Failed, 1), [1]);
        assert_eq!(played(&mut queue, End::Finished, 3), [2, 1, 2]);
        assert!(played(&mut queue, End::Stopped, 1).is_empty());
        assert_eq!(queue.waiting().len(), 0);
    }

    #[test]
    fn a_full_queue_takes_no_more_and_can_still_go_round() {
        let mut queue = of(QUEUE_MAX);
        assert_eq!(queue.push(0).err(), Some(Full));
        queue.advance(End::Finished);
        queue.push(QUEUE_MAX).unwrap();
        queue.set_repeat(Repeat::Queue);
        queue.advance(End::Finished);
        assert_eq!(queue.waiting().len(), QUEUE_MAX);
    }

    #[test]
    fn a_track_is_put_to_another_place() {
        let mut queue = of(4);
        let mut put = |id, place| {
            let waits = queue.put(id, place);
            let order: Vec<_> = queue.waiting().map(|track| track.id).collect();
            (waits, order)
        };
        assert_eq!(put(3, 1), (true, vec![3, 1, 2, 4]));
        assert_eq!(put(3, 99), (true, vec![1, 2, 4, 3]));
        assert_eq!(put(4, 0), (true, vec![4, 1, 2, 3]));
        assert_eq!(put(9, 1), (false, vec![4, 1, 2, 3]));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push,
        Remove(usize),
        Put(usize, usize),
        Clear,
        Shuffle(u64),
        Repeat(Repeat),
        Advance(End),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let repeat = prop_oneof![Just(Repeat::Off), Just(Repeat::Track), Just(Repeat::Queue)];
        let end = prop_oneof![
            4 => Just(End::Finished),
            4 => Just(End::Skipped),
            2 => Just(End::Failed),
            1 => Just(End::Stopped)
        ];
        let step = prop_oneof![
            6 => Just(Step::Push),
            1 => any::<usize>().prop_map(Step::Remove),
            1 => any::<(usize, usize)>().prop_map(|(which, place)| Step::Put(which, place)),
            1 => Just(Step::Clear),
            1 => any::<u64>().prop_map(Step::Shuffle),
            1 => repeat.prop_map(Step::Repeat),
            4 => end.prop_map(Step::Advance),
        ];
        proptest::collection::vec(step, 0..200)
    }

    proptest! {
        /// Whatever is done: no track is there twice, none comes from nowhere, and one is lost only
        /// by what takes it out.
        #[test]
        fn tracks_are_neither_lost_nor_doubled(steps in steps()) {
            let mut queue = Queue::default();
            let mut there = std::collections::BTreeSet::new();
            for step in steps {
                let before = queue.playing().map(|track| track.id);
                match step {
                    Step::Push => {
                        let id = queue.push(()).unwrap().id;
                        prop_assert!(there.insert(id));
                    }
                    Step::Remove(which) if queue.waiting().len() > 0 => {
                        let which = which % queue.waiting().len();
                        let id = queue.waiting().nth(which).unwrap().id;
                        prop_assert_eq!(queue.remove(id).unwrap().id, id);
                        prop_assert!(queue.remove(id).is_none());
                        there.remove(&id);
                    }
                    Step::Remove(_) => prop_assert!(queue.remove(0).is_none()),
                    Step::Put(which, place) if queue.waiting().len() > 0 => {
                        let which = which % queue.waiting().len();
                        let id = queue.waiting().nth(which).unwrap().id;
                        prop_assert!(queue.put(id, place));
                    }
                    Step::Put(..) => prop_assert!(!queue.put(0, 1)),
                    Step::Clear => {
                        queue.clear();
                        there.retain(|id| Some(*id) == before);
                    }
                    Step::Shuffle(mut seed) => queue.shuffle(|below| {
                        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        (seed >> 33) as usize % below
                    }),
                    Step::Repeat(repeat) => queue.set_repeat(repeat),
                    Step::Advance(why) => {
                        let repeat = queue.repeat();
                        let following = queue.following().map(|track| track.id);
                        let plays = queue.advance(why).map(|track| track.id);
                        if why == End::Finished {
                            prop_assert_eq!(plays, following);
                        }
                        let stays = matches!(
                            (why, repeat),
                            (End::Finished, Repeat::Track | Repeat::Queue)
                                | (End::Skipped, Repeat::Queue)
                        );
                        if let Some(before) = before.filter(|_| !stays) {
                            there.remove(&before);
                        }
                        if why == End::Stopped {
                            there.clear();
                        }
                    }
                }
                let playing = queue.playing().map(|track| track.id);
                let mut now: Vec<_> = queue.waiting().map(|track| track.id).chain(playing).collect();
                now.sort_unstable();
                prop_assert_eq!(now, there.iter().copied().collect::<Vec<_>>());
            }
        }
    }
}
