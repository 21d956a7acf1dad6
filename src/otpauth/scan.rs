//! Where what is looked for in text begins: delimiters, characters of a class.

/// What of `text` is before the first of three delimiters, which may be the same, and the
/// rest from that on.
///
/// Eight bytes at a time, and constant time in what the other bytes are.
pub(super) fn until<const A: u8, const B: u8, const C: u8>(text: &[u8]) -> (&[u8], &[u8]) {
    let mut len = 0usize;
    let (words, end) = text.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let found = others::<A>(word) & others::<B>(word) & others::<C>(word);
        let found = !(found | LOW);
        if found != 0 {
            let place = (found.trailing_zeros() / 8) as usize;
            return text.split_at_checked(len.saturating_add(place)).unwrap_or_default();
        }
        len = len.saturating_add(8);
    }
    let is_other = |byte: &&u8| ![A, B, C].contains(byte);
    len = len.saturating_add(end.iter().take_while(is_other).count());
    text.split_at_checked(len).unwrap_or_default()
}

const EACH: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = EACH * 0x7F;

/// The highest bit of each byte is set that is not the delimiter.
#[inline]
fn others<const DELIMITER: u8>(word: u64) -> u64 {
    let difference = word ^ const { EACH * DELIMITER as u64 };
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

/// How many characters at the beginning of `text` are of the class. Looks them up: not for
/// secrets.
#[inline]
pub(super) fn run(text: &[u8], class: Class) -> usize {
    let is_of = |byte: u8| {
        let classes = CLASSES.get(usize::from(byte)).copied().unwrap_or_default();
        classes & class as u8 != 0
    };
    text.iter().take_while(|byte| is_of(**byte)).count()
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
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
            assert_eq!(
                until::<b'&', b'&', b'#'>(&text),
                text.split_at(expected),
                "{byte} at {place}"
            );
        }
        assert_eq!(until::<b'#', b'=', b'&'>(b"a&b#"), (&b"a"[..], &b"&b#"[..]));
        assert_eq!(until::<b'#', b'#', b'#'>(b""), (&b""[..], &b""[..]));
    }
}
