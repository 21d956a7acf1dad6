//! Counters and clocks that went astray: several codes in a row, and the drift to remember.

use crate::Code;

/// Two or three codes that the prover showed one after the other, the oldest first.
///
/// Each further code makes a guess, or a chance match in a wide window, a million times less
/// likely (RFC 4226 §7.4): resynchronization may look far, verification of one code may not.
///
/// What [`Hotp::resynchronize`](crate::Hotp::resynchronize) and
/// [`Totp::resynchronize`](crate::Totp::resynchronize) take; a reference to an array of two
/// or three codes is one already.
///
/// ```
/// use mfa_core::{Code, Consecutive, Format};
///
/// let code = |text| Code::parse(text, Format::default());
/// let codes = [code("338 314")?, code("254 676")?];
/// assert_eq!(Consecutive::from(&codes).codes(), codes);
/// assert!(Consecutive::new(&codes[..1]).is_none());
/// # Ok::<(), mfa_core::CodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Consecutive<'a> {
    codes: &'a [Code],
}

impl<'a> Consecutive<'a> {
    /// Two codes or three; `None` for any other number.
    #[must_use]
    pub const fn new(codes: &'a [Code]) -> Option<Self> {
        match codes.len() {
            2 | 3 => Some(Self { codes }),
            _ => None,
        }
    }

    /// The codes, the oldest first.
    #[must_use]
    pub const fn codes(self) -> &'a [Code] {
        self.codes
    }

    /// How many codes follow the first: 1 or 2.
    pub(crate) const fn followers(self) -> u64 {
        self.codes.len().saturating_sub(1) as u64
    }
}

impl<'a> From<&'a [Code; 2]> for Consecutive<'a> {
    fn from(codes: &'a [Code; 2]) -> Self {
        Self { codes }
    }
}

impl<'a> From<&'a [Code; 3]> for Consecutive<'a> {
    fn from(codes: &'a [Code; 3]) -> Self {
        Self { codes }
    }
}

/// What is remembered of a prover's clock, in steps; positive when it is fast (RFC 6238 §6).
///
/// A drift has two parts. A resynchronization *measures* one, of any size. From there each
/// login *follows* the clock, by one step at most and never farther than a bound: else whoever
/// delays the codes of a user could, login by login, lead the window as far into the past as
/// they like.
///
/// Move the window by [`steps`](Self::steps) when verifying.
///
/// ```
/// use mfa_core::{Drift, Window};
///
/// let mut drift = Drift::NONE;
/// for offset in [-1, -2, -3, -3] {
///     drift = drift.follow(offset, 2); // the offset that verification returned
/// }
/// assert_eq!(drift.steps(), -2);
///
/// // An hour off, found by resynchronization; bounded around what was measured from then on.
/// let drift = Drift::measured(-120).follow(-121, 2);
/// assert_eq!(drift.steps(), -121);
/// assert_eq!(Window::new(1, 1).drifted(drift.steps()).steps(1_000), Some(878..=880));
/// ```
///
/// Packed, since records hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(Rust, packed(2))] // records hold it, and devices count bytes
pub struct Drift {
    measured: i64,
    followed: i8,
}

impl Drift {
    /// A clock that is right.
    pub const NONE: Self = Self::measured(0);

    /// The drift that a resynchronization measured: the offset it returned, in steps.
    #[must_use]
    pub const fn measured(offset: i64) -> Self {
        Self::from_parts(offset, 0)
    }

    /// A drift as it was stored: its [two parts](Self::parts).
    #[must_use]
    pub const fn from_parts(measured: i64, followed: i8) -> Self {
        Self { measured, followed }
    }

    /// What to store: the steps that were measured, and those that logins added.
    #[must_use]
    pub const fn parts(self) -> (i64, i8) {
        (self.measured, self.followed)
    }

    /// The drift in steps. Saturates.
    #[must_use]
    pub const fn steps(self) -> i64 {
        self.measured.saturating_add(self.followed as i64)
    }

    /// The drift after a login whose code lay `offset` steps from the verifier's clock
    /// ([`Matched::offset`](crate::Matched::offset)): one step nearer to it, within `bound`
    /// steps (at most 127) of what was measured last.
    #[must_use]
    pub fn follow(self, offset: i64, bound: u8) -> Self {
        let nearer = match offset.cmp(&self.steps()) {
            core::cmp::Ordering::Less => self.followed.saturating_sub(1),
            core::cmp::Ordering::Equal => self.followed,
            core::cmp::Ordering::Greater => self.followed.saturating_add(1),
        };
        Self { followed: nearer, ..self }.within(bound)
    }

    /// The same drift, with no more than `bound` steps that logins added.
    pub(crate) fn within(self, bound: u8) -> Self {
        let bound = i8::try_from(bound).unwrap_or(i8::MAX);
        Self { followed: self.followed.clamp(bound.saturating_neg(), bound), ..self }
    }
}
