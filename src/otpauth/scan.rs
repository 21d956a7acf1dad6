//! Where what is looked for in text begins: delimiters, characters of a class.

/// What of `text` is before the first of two delimiters, which may be the same, and the rest
/// from that on.
///
/// Eight bytes at a time, and constant time in what the other bytes are.
pub(super) fn until(text: &[u8], one: u8, other: u8) -> (&[u8], &[u8]) {
    let [ones, others] = [one, other].map(|delimiter| u64::from_ne_bytes([delimiter; 8]));
    let mut len = 0usize;
    let (words, end) = text.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let found = !(differ(word, ones) & differ(word, others)) & HIGH;
        if found != 0 {
            let place = (found.trailing_zeros() / 8) as usize;
            return text.split_at_checked(len.saturating_add(place)).unwrap_or_default();
        }
        len = len.saturating_add(8);
    }
    len = len.saturating_add(end.iter().take_while(|byte| ![one, other].contains(byte)).count());
    text.split_at_checked(len).unwrap_or_default()
}

const HIGH: u64 = 0x8080_8080_8080_8080;
const LOW: u64 = !HIGH;

/// The highest bit of each byte is set in which they differ.
#[inline]
fn differ(word: u64, other: u64) -> u64 {
    let difference = word ^ other;
    (difference & LOW).wrapping_add(LOW) | difference
}

/// A class of characters, all of them ASCII.
#[derive(Clone, Copy)]
pub(super) enum Class {
    /// No white space, no colon, and nothing that stands for something else.
    Ordinary = 1,
    /// What need not be escaped (RFC 3986 §2.3).
    Unreserved = 2,
}

impl Class {
    /// Looks the character up: not for secrets.
    #[inline]
    pub(super) fn contains(self, char: u8) -> bool {
        let classes = CLASSES.get(usize::from(char)).copied().unwrap_or_default();
        classes & self as u8 != 0
    }
}

/// How many characters at the beginning of `text` are of the class. Not for secrets.
#[inline]
pub(super) fn run(text: &[u8], class: Class) -> usize {
    text.iter().take_while(|char| class.contains(**char)).count()
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut char = 0u8;
    while char < 128 {
        if char.is_ascii_graphic() && !matches!(char, b'%' | b'+' | b':') {
            classes[char as usize] |= Class::Ordinary as u8;
        }
        if char.is_ascii_alphanumeric() || matches!(char, b'-' | b'.' | b'_' | b'~') {
            classes[char as usize] |= Class::Unreserved as u8;
        }
        char += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_in_every_place_and_no_other_is_taken_for_it() {
        for (byte, place) in (0..=255).flat_map(|byte| (0..20).map(move |place| (byte, place))) {
            let mut text = [b'a'; 20];
            text[place] = byte;
            let expected = text.iter().position(|byte| matches!(byte, b'&' | b'#')).unwrap_or(20);
            assert_eq!(until(&text, b'&', b'#'), text.split_at(expected), "{byte} at {place}");
        }
        assert_eq!(until(b"a&b#", b'#', b'&'), (&b"a"[..], &b"&b#"[..]));
        assert_eq!(until(b"", b'#', b'#'), (&b""[..], &b""[..]));
    }
}
