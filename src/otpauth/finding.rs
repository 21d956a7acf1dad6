//! What a reading tolerated: reported, never silent.

use core::fmt;

/// Something that a reading tolerated. None of it makes the reading doubtful; a program that
/// imports may show it, or refuse what its own rules do not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Finding {
    /// The secret has fewer than 128 bits (RFC 4226 §4, R6).
    WeakSecret,
    /// The secret's base32 text has a length that no encoder emits; its last character was
    /// dropped.
    OddSecretLength,
    /// The secret's base32 text has bits after the last whole byte; they were dropped.
    TrailingSecretBits,
    /// The label names one issuer and the parameter another; the parameter's was taken.
    IssuerMismatch,
    /// A counter-based URI without a counter; it was taken to be 0.
    CounterAssumed,
    /// A migration entry that does not say its type; it was taken to be time-based.
    TypeAssumed,
    /// `issuer=Steam` with five digits, without anything that selects Steam's alphabet: the
    /// codes are five decimal digits, which may not be what was meant.
    SteamIssuer,
    /// A number of digits other than five beside Steam's encoding, which always has five
    /// characters; the number was dropped.
    DigitsIgnored,
    /// An encoding that is not known was asked for; the codes are decimal.
    UnknownEncoder,
}

impl Finding {
    /// All of them, in the order in which [`Findings::iter`] names them.
    const ALL: [Self; 9] = [
        Self::WeakSecret,
        Self::OddSecretLength,
        Self::TrailingSecretBits,
        Self::IssuerMismatch,
        Self::CounterAssumed,
        Self::TypeAssumed,
        Self::SteamIssuer,
        Self::DigitsIgnored,
        Self::UnknownEncoder,
    ];

    /// A name that never changes, for logs and tables: the variant's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WeakSecret => "WeakSecret",
            Self::OddSecretLength => "OddSecretLength",
            Self::TrailingSecretBits => "TrailingSecretBits",
            Self::IssuerMismatch => "IssuerMismatch",
            Self::CounterAssumed => "CounterAssumed",
            Self::TypeAssumed => "TypeAssumed",
            Self::SteamIssuer => "SteamIssuer",
            Self::DigitsIgnored => "DigitsIgnored",
            Self::UnknownEncoder => "UnknownEncoder",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WeakSecret => "the secret has fewer than 128 bits",
            Self::OddSecretLength => "the secret's last character was dropped: it holds no byte",
            Self::TrailingSecretBits => "the secret's last bits were dropped: they fill no byte",
            Self::IssuerMismatch => "the label names another issuer than the issuer parameter",
            Self::CounterAssumed => "there is no counter: it was taken to be 0",
            Self::TypeAssumed => "there is no type: it was taken to be time-based",
            Self::SteamIssuer => "five decimal digits for Steam, whose codes have letters",
            Self::DigitsIgnored => "the digits were ignored: Steam's codes have five characters",
            Self::UnknownEncoder => "the encoder is not known: the codes are decimal",
        })
    }
}

/// The set of [`Finding`]s of one reading.
///
/// ```
/// use mfa_core::otpauth::{Finding, read};
///
/// let findings = read("otpauth://hotp/alice?secret=JBSWY3DPEHPK3PXP")?.findings;
/// assert!(findings.contains(Finding::WeakSecret));
/// let names: Vec<_> = findings.iter().map(Finding::name).collect();
/// assert_eq!(names, ["WeakSecret", "CounterAssumed"]);
/// # Ok::<(), mfa_core::otpauth::ReadError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Findings(u16);

impl Findings {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `finding` is among them.
    #[must_use]
    pub const fn contains(self, finding: Finding) -> bool {
        self.0 & finding.bit() != 0
    }

    /// Each of them, once.
    pub fn iter(self) -> impl Iterator<Item = Finding> {
        Finding::ALL.into_iter().filter(move |finding| self.contains(*finding))
    }

    pub(super) fn report(&mut self, finding: Finding) {
        self.0 |= finding.bit();
    }

    pub(super) fn report_if(&mut self, found: bool, finding: Finding) {
        if found {
            self.report(finding);
        }
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
