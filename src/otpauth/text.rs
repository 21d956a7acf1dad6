//! Names in a URI: borrowed as they stand there, decoded as they are looked at.

use super::percent::Octets;
use super::span::{Fault, Place, Scan, Span};
use core::fmt::{self, Write};

/// An issuer or an account name: text without white space around it, which may be borrowed
/// from a URI in its encoded form. It is decoded lazily and nothing is allocated.
///
/// Two texts are equal if they say the same, however they are encoded.
///
/// ```
/// use mfa_core::otpauth::{Text, read};
///
/// let reading = read("otpauth://totp/Big%20Corp:zo%C3%AB?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY")?;
/// let account = reading.uri.account;
/// assert_eq!(account, Text::plain("zoë"));
/// assert_eq!(account.to_string(), "zoë");
/// assert_eq!(account.chars().last(), Some('ë'));
/// assert_eq!(account.as_str(), None, "it had to be decoded");
/// # Ok::<(), mfa_core::otpauth::ReadError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Text<'a>(Span<'a>);

impl<'a> Text<'a> {
    /// No text.
    pub(super) const EMPTY: Self = Self(Span { octets: Octets::plain(""), len: 0 });

    /// Text as it is, for a URI that is to be written. White space around it is dropped.
    ///
    /// ```
    /// use mfa_core::otpauth::Text;
    ///
    /// assert_eq!(Text::plain(" alice ").as_str(), Some("alice"));
    /// ```
    #[must_use]
    #[inline]
    pub fn plain(text: &'a str) -> Self {
        // Nearly always there is nothing to trim.
        let ends = [text.bytes().next(), text.bytes().next_back()];
        let is_trimmed = ends.into_iter().flatten().all(|byte| byte.is_ascii_graphic());
        let text = if is_trimmed { text } else { trimmed(text) };
        Self(Span { octets: Octets::plain(text), len: text.len() })
    }

    /// The decoded characters.
    #[must_use]
    pub fn chars(&self) -> Chars<'a> {
        Chars(self.0)
    }

    /// The text as one piece, if nothing in it had to be decoded: always for
    /// [`plain`](Self::plain) text and for URIs without escapes. `None` for other text, which
    /// [`chars`](Self::chars) and `Display` decode.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.as_plain_bytes()?).ok()
    }

    /// As [`as_str`](Self::as_str), without the proof that it is text, which is known.
    pub(super) fn as_plain_bytes(&self) -> Option<&'a [u8]> {
        self.0.octets.as_plain(self.0.len)
    }

    /// The decoded bytes.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.0
    }

    /// The length in bytes of UTF-8, decoded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// The text of a span, all of which is read and found to be text, without the white
    /// space around it.
    pub(super) fn of(mut start: Span<'a>) -> Result<Self, Fault> {
        start.trim_start()?;
        Ok(Self::between(start, Scan::of(start)?.end))
    }

    /// What of a span lies before a place further on; as plain text where it turns out to be
    /// that.
    pub(super) fn between(start: Span<'a>, end: Place) -> Self {
        let len = start.len.saturating_sub(end.len);
        Self(Span { octets: start.octets.before(end.left, len), len })
    }
}

#[cold]
fn trimmed(text: &str) -> &str {
    text.trim()
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        // Texts that say the same have as many bytes of UTF-8.
        self.len() == other.len()
            && (self.0.octets.is_written_as(&other.0.octets) || self.bytes().eq(other.bytes()))
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.chars().eq(other.chars())
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => f.pad(text),
            None => self.chars().try_for_each(|char| f.write_char(char)),
        }
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.chars().flat_map(char::escape_debug).try_for_each(|char| f.write_char(char))?;
        f.write_char('"')
    }
}

/// The characters of a [`Text`], decoded one by one.
#[derive(Clone)]
pub struct Chars<'a>(Span<'a>);

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        // A text was decoded once before it became one: there is no fault in it.
        self.0.next_char().unwrap_or_default()
    }
}

impl fmt::Debug for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chars({:?})", Text(self.0))
    }
}
