//! Lists that are longer than a message: which part is shown, and buttons that turn pages.

use crate::component::Button;
use crate::locale::Audience;
use crate::t;
use std::ops::Range;

/// One page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: usize,
    pages: usize,
    size: usize,
    items: usize,
}

impl Page {
    /// The page with a number, counted from 0, of so many items; the last one where there are not so
    /// many pages.
    pub fn new(number: usize, size: usize, items: usize) -> Self {
        let pages = items.div_ceil(size.max(1)).max(1);
        Page {
            number: number.min(pages - 1),
            pages,
            size: size.max(1),
            items,
        }
    }

    /// Returns which items are on it.
    pub fn items(&self) -> Range<usize> {
        let start = self.number * self.size;
        start..(start + self.size).min(self.items)
    }

    /// Returns `Page 2 of 5`; nothing where there is one page alone.
    pub fn label(&self, audience: &dyn Audience) -> Option<String> {
        let (page, pages) = (self.number + 1, self.pages);
        (pages > 1).then(|| t!(audience, page, page = page, pages = pages))
    }

    /// Returns buttons to the pages before and after, whose ids are `id` and the number of the page;
    /// nothing where there is one page alone.
    pub fn buttons(&self, audience: &dyn Audience, id: &str) -> Option<[Button; 2]> {
        let turn = |to: usize, label: String, there: bool| {
            let button = Button::secondary(format!("{id}{to}"), label);
            if there { button } else { button.disabled() }
        };
        let (first, last) = (self.number == 0, self.number + 1 == self.pages);
        (self.pages > 1).then(|| {
            [
                turn(
                    self.number.saturating_sub(1),
                    t!(audience, page_back),
                    !first,
                ),
                turn(self.number + 1, t!(audience, page_on), !last),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_all_items_and_end_where_the_list_does() {
        let all: Vec<usize> = (0..3)
            .flat_map(|page| Page::new(page, 10, 21).items())
            .collect();
        assert_eq!(all, (0..21).collect::<Vec<_>>());
        assert_eq!(Page::new(9, 10, 21), Page::new(2, 10, 21));
        assert_eq!(Page::new(0, 10, 0).items(), 0..0);
        assert_eq!(Page::new(0, 10, 10).buttons(&"en-US", "list:"), None);
        assert_eq!(Page::new(0, 10, 10).label(&"en-US"), None);
    }

    #[test]
    fn buttons_lead_to_the_neighbours() {
        let page = Page::new(2, 10, 21);
        assert_eq!(page.label(&"de").as_deref(), Some("Seite 3 von 3"));
        let [back, on] = page.buttons(&"en-US", "list:").unwrap();
        assert_eq!((back.id.as_str(), back.disabled), ("list:1", false));
        // Two buttons of one message have different ids, also where one leads nowhere.
        assert_eq!((on.id.as_str(), on.disabled), ("list:3", true));
    }
}
