//! A network that loses packets and has them come in another order.

use std::borrow::Cow;

/// What befalls datagrams, counted over all of them.
#[derive(Default)]
pub struct Disturbance {
    lose: u32,
    swap: u32,
    count: u32,
    held: Option<Vec<u8>>,
}

impl Disturbance {
    /// Loses every `lose`th datagram and has every `swap`th come after the next; 0 for none.
    pub fn new(lose: u32, swap: u32) -> Self {
        Disturbance {
            lose,
            swap,
            ..Self::default()
        }
    }

    /// Returns what arrives when a datagram was sent.
    pub fn passes<'a>(&mut self, datagram: &'a [u8]) -> Vec<Cow<'a, [u8]>> {
        self.count = self.count.wrapping_add(1);
        let every = |nth: u32| nth != 0 && self.count.is_multiple_of(nth);
        if every(self.lose) {
            return Vec::new();
        }
        if every(self.swap) && self.held.is_none() {
            self.held = Some(datagram.to_vec());
            return Vec::new();
        }
        let held = self.held.take().map(Cow::Owned);
        [Cow::Borrowed(datagram)].into_iter().chain(held).collect()
    }
}
