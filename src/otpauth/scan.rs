//! Finding delimiters in text, eight bytes at a time.

/// What of `text` is before the first of the delimiters, and the rest from that on.
///
/// Constant time in what the other bytes are.
pub(super) fn until<const N: usize>(text: &[u8], delimiters: [u8; N]) -> (&[u8], &[u8]) {
    let mut len = 0usize;
    let (words, end) = text.as_chunks::<8>();
    for word in words {
        let found = places(u64::from_le_bytes(*word), delimiters);
        if found != 0 {
            let place = (found.trailing_zeros() / 8) as usize;
            return text.split_at_checked(len.saturating_add(place)).unwrap_or_default();
        }
        len = len.saturating_add(8);
    }
    len = len.saturating_add(end.iter().take_while(|byte| !delimiters.contains(byte)).count());
    text.split_at_checked(len).unwrap_or_default()
}

/// The highest bit of each byte that is a delimiter.
#[inline]
fn places<const N: usize>(word: u64, delimiters: [u8; N]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = EACH * 0x7F;
    let mut others = !0;
    for delimiter in delimiters {
        let difference = word ^ EACH.wrapping_mul(delimiter.into());
        others &= (difference & LOW).wrapping_add(LOW) | difference;
    }
    !(others | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_in_every_place_and_no_other_is_taken_for_it() {
        for (byte, place) in (0..=255).flat_map(|byte| (0..20).map(move |place| (byte, place))) {
            let mut text = [b'a'; 20];
            text[place] = byte;
            let expected = text.iter().position(|byte| matches!(byte, b'&' | b'#')).unwrap_or(20);
            assert_eq!(until(&text, [b'&', b'#']), text.split_at(expected), "{byte} at {place}");
        }
        assert_eq!(until(b"a&b#", [b'#', b'&']), (&b"a"[..], &b"&b#"[..]));
        assert_eq!(until(b"", [b'#']), (&b""[..], &b""[..]));
    }
}
