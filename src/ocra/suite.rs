//! An OCRA suite: the text that both sides agree on, and what it says.

use super::error::{Fault, Part, SuiteError};
use super::parse::{self, Parts};
use super::question::{Question, QuestionForm};
use super::response::Response;
use crate::{Algorithm, CodeError, Entropy, EntropyError, TimeSteps};
use core::fmt;

/// An OCRA suite (RFC 6287 §6), such as `OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1`.
///
/// Both sides hash the suite's text as it was given, so that it is kept and compared as it
/// was given: `QH8` and `QH08` mean the same and are two suites. Lower case is refused:
/// the standard has none, and would hash it to another response.
///
/// ```
/// use mfa_core::Algorithm;
/// use mfa_core::ocra::{Fault, Field, Part, QuestionFormat, Suite};
///
/// let suite = Suite::parse("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1")?;
/// assert_eq!(suite.algorithm(), Algorithm::Sha256);
/// assert_eq!(suite.digits(), Some(8));
/// assert!(suite.has_counter());
/// assert_eq!(suite.question().format, QuestionFormat::Numeric);
/// assert_eq!(suite.pin(), Some(Algorithm::Sha1));
/// assert_eq!(suite.session_len(), None);
/// assert_eq!(suite.as_str(), "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1");
///
/// let error = Suite::parse("OCRA-1:HOTP-SHA256-8:QN08-T60S").unwrap_err();
/// assert_eq!((error.part, error.fault), (Part::Input(Field::Time), Fault::OutOfRange));
/// # Ok::<(), mfa_core::ocra::SuiteError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Suite {
    text: heapless::String<{ Suite::MAX_LEN }, u8>,
    parts: Parts,
}

// It lives in records.
const _: () = assert!(size_of::<Suite>() <= 72);

impl Suite {
    /// The length of the longest suite, `OCRA-1:HOTP-SHA512-10:C-QA64-PSHA512-S512-T59M`.
    pub const MAX_LEN: usize = 46;

    /// Reads a suite.
    ///
    /// What may be left out has the standard's default: `Q` is `QN08`, `P` is `PSHA1`, `S` is
    /// `S064` and `T` is `T1M`. Session information has any length from `S001` to `S512`,
    /// of which the standard lists 64, 128, 256 and 512.
    ///
    /// # Errors
    /// [`SuiteError`] names the first part that is wrong, and what is wrong with it. A time
    /// step of no length (`T0H`) is out of range (erratum 3729).
    pub fn parse(text: &str) -> Result<Self, SuiteError> {
        let too_long = SuiteError::new(Part::Text, Fault::TooLong);
        let kept = heapless::String::try_from(text).map_err(|_| too_long)?;
        Ok(Self { text: kept, parts: parse::parts(text)? })
    }

    /// The text, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The hash under the HMAC.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.parts.algorithm
    }

    /// The number of digits of a response, 4 to 10; `None` if the HMAC is not truncated
    /// (t = 0).
    #[must_use]
    pub fn digits(&self) -> Option<u8> {
        self.parts.digits.map(crate::Digits::get)
    }

    /// Whether a counter (C) is hashed.
    #[must_use]
    pub fn has_counter(&self) -> bool {
        self.parts.inputs.counter
    }

    /// The form of questions (Q).
    #[must_use]
    pub fn question(&self) -> QuestionForm {
        self.parts.inputs.question
    }

    /// The hash of the PIN or password (P), if one is hashed.
    #[must_use]
    pub fn pin(&self) -> Option<Algorithm> {
        self.parts.inputs.pin
    }

    /// The length of the session information (S) in bytes, 1 to 512, if it is hashed.
    #[must_use]
    pub fn session_len(&self) -> Option<u16> {
        self.parts.inputs.session
    }

    /// How time (T) is cut into steps, from the Unix epoch on, if it is hashed: from 1 second
    /// to 48 hours.
    #[must_use]
    pub fn time_steps(&self) -> Option<TimeSteps> {
        self.parts.inputs.step.map(|period| TimeSteps::new(period, 0))
    }

    /// The entropy of a question of full length in bits, rounded down, as
    /// [`draw_question`](Self::draw_question) draws it.
    #[must_use]
    pub fn question_bits(&self) -> u16 {
        self.question().bits()
    }

    /// Whether no response is good for long: the suite hashes a counter or the time, or its
    /// questions have at least 64 bits. Other suites make no cryptographic authenticator
    /// (NIST SP 800-63B-4 §3.1.6): their questions recur, and recorded responses with them.
    ///
    /// ```
    /// use mfa_core::ocra::Suite;
    ///
    /// assert!(!Suite::parse("OCRA-1:HOTP-SHA1-6:QN08")?.is_fresh());
    /// assert!(Suite::parse("OCRA-1:HOTP-SHA1-6:C-QN08")?.is_fresh());
    /// assert!(Suite::parse("OCRA-1:HOTP-SHA1-6:QH16")?.is_fresh());
    /// # Ok::<(), mfa_core::ocra::SuiteError>(())
    /// ```
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.has_counter() || self.time_steps().is_some() || self.has_long_questions()
    }

    /// Whether questions have at least 64 bits, so that none recurs.
    pub(crate) fn has_long_questions(&self) -> bool {
        self.question_bits() >= 64
    }

    /// Draws a question of full length (RFC 6287 §7: challenges are random). Draws two bytes
    /// of entropy per character, at most 128.
    ///
    /// # Errors
    /// [`EntropyError`] if `entropy` holds fewer bytes than that, or only zeros.
    ///
    /// ```
    /// use mfa_core::Entropy;
    /// use mfa_core::ocra::Suite;
    ///
    /// let suite = Suite::parse("OCRA-1:HOTP-SHA1-6:QN08")?;
    /// let mut bytes = [0u8; 16];
    /// # let fill_from_the_operating_system = |b: &mut [u8]| b.fill(0xA5);
    /// fill_from_the_operating_system(&mut bytes);
    /// let question = suite.draw_question(&mut Entropy::new(&mut bytes))?;
    /// assert_eq!(question.as_str().len(), 8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn draw_question(&self, entropy: &mut Entropy<'_>) -> Result<Question, EntropyError> {
        Question::draw(self.question(), entropy)
    }

    /// Reads a response as a person types it: the suite's number of digits, with spaces and
    /// hyphens between them. Where the HMAC is not truncated, twice its length in hexadecimal
    /// digits of either case, without separators. White space around either is dropped.
    ///
    /// # Timing
    /// As [`Code::parse`](crate::Code::parse).
    ///
    /// # Errors
    /// [`CodeError`] for everything else.
    ///
    /// ```
    /// use mfa_core::CodeError;
    /// use mfa_core::ocra::Suite;
    ///
    /// let suite = Suite::parse("OCRA-1:HOTP-SHA1-4:QN08")?;
    /// assert_eq!(suite.parse_response("01 23")?.text().as_str(), "0123");
    /// let error = suite.parse_response("012").unwrap_err();
    /// assert_eq!(error, CodeError::Length { expected: 4, found: 3 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_response(&self, text: &str) -> Result<Response, CodeError> {
        match self.parts.digits {
            Some(digits) => Response::parse_digits(text, digits),
            None => Response::parse_hex(text, self.algorithm().output_len()),
        }
    }

    /// A response from the HMAC of this suite.
    pub(super) fn response(&self, hmac: crate::mac::stream::Hash) -> Response {
        match self.parts.digits {
            Some(digits) => Response::truncated(&hmac, digits),
            None => Response::whole(hmac),
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suite({})", self.as_str())
    }
}
