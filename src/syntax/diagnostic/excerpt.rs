//! The part of a long text that a diagnostic shows: a query of a million brackets is not
//! printed to say where one is missing.

use super::Span;

/// Bytes of a text that is shown as it is.
const WHOLE: usize = 8192;

/// Bytes shown before and behind a place in a longer text.
const AROUND: usize = 160;

/// Bytes of a place that are shown.
const PLACE: usize = 320;

/// A part of a text: its bytes, and the number of its first line.
pub(super) struct Excerpt<'t> {
    /// The part.
    pub(super) text: &'t str,
    /// Where it begins in the text.
    start: usize,
    /// The number of its first line, from 1 on.
    pub(super) line: usize,
}

impl<'t> Excerpt<'t> {
    /// The part of `text` around `span`; all of it where it is short.
    pub(super) fn around(text: &'t str, span: Span) -> Self {
        if text.len() <= WHOLE {
            return Excerpt { text, start: 0, line: 1 };
        }
        let place = (span.start as usize).min(text.len());
        let start = floor(text, place.saturating_sub(AROUND));
        let behind = (span.end as usize).clamp(place, place + PLACE) + AROUND;
        let end = floor(text, behind.min(text.len()));
        let line = 1 + text[..start].matches('\n').count();
        Excerpt { text: &text[start..end], start, line }
    }

    /// A place of the whole text as a place of the part, cut where the part ends; `None`
    /// where it does not begin there.
    pub(super) fn place(&self, span: Span) -> Option<Span> {
        let start = (span.start as usize).checked_sub(self.start)?;
        let end = (span.end as usize).saturating_sub(self.start).min(self.text.len());
        // A text may end before its spans do: they are moved to its end.
        let inside = start <= self.text.len() || self.start == 0;
        inside.then(|| Span::new(start, end.max(start)))
    }
}

/// The border of characters at or before a byte.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_whole_and_a_long_one_is_cut() {
        let short = "RETURN é";
        assert_eq!(Excerpt::around(short, Span::new(100, 200)).text, short);
        let long = format!("{}\nRETURN x{}", "é".repeat(10_000), "é".repeat(10_000));
        let span = Span::new(20_008, 20_009);
        let excerpt = Excerpt::around(&long, span);
        assert!(excerpt.text.len() < 1000);
        assert_eq!(excerpt.line, 1);
        let place = excerpt.place(span).expect("inside");
        assert_eq!(&excerpt.text[place.start as usize..place.end as usize], "x");
        assert!(excerpt.place(Span::new(0, 1)).is_none());
        assert!(excerpt.place(Span::new(30_000, 30_001)).is_none());
    }
}
