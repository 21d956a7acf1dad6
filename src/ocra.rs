//! OCRA: challenge–response, mutual authentication and signatures with an HMAC (RFC 6287).
//!
//! A [`Suite`] says what is hashed and how long a response is, an [`Input`] holds the values
//! of one computation, and [`Ocra`] computes and verifies [`Response`]s with a key.
//!
//! Mutual challenge–response (§7.2): each side proves to the other that it has the key, the
//! server first.
//!
//! ```
//! use mfa_core::ocra::{Input, Ocra, Pin, Suite};
//! use mfa_core::{Secret, Window};
//!
//! let secret = Secret::from_bytes(b"12345678901234567890")?;
//! // Each direction has its suite, agreed upon beforehand.
//! let of_server = Ocra::new(&secret, Suite::parse("OCRA-1:HOTP-SHA1-8:QA08")?)?;
//! let of_client = Ocra::new(&secret, Suite::parse("OCRA-1:HOTP-SHA1-8:QA08-PSHA1")?)?;
//!
//! // The client asks "CLI22220"; the server answers, and asks "SRV11110".
//! let input = Input::mutual_server("CLI22220", "SRV11110");
//! let server = of_server.response(&input)?;
//! // The client makes sure of the server, and only then answers it.
//! assert!(of_server.verify(&server, &input, 0, Window::EXACT)?.is_some());
//! let input = Input::mutual_client("CLI22220", "SRV11110").with_pin(Pin::text("1234"));
//! let client = of_client.response(&input)?;
//! assert!(of_client.verify(&client, &input, 0, Window::EXACT)?.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod input;
mod parse;
mod question;
mod response;
mod suite;
mod verify;

pub use error::{Fault, Field, InputError, Part, SuiteError};
pub use input::{Input, Pin};
pub use question::{Question, QuestionForm, QuestionFormat};
pub use response::{Response, ResponseText};
pub use suite::Suite;
pub use verify::Verified;

use crate::mac::Hasher;
use crate::mac::stream::Stream;
use crate::{Secret, Unsupported};
use input::DataInput;

/// A keyed generator and verifier of responses of one suite (RFC 6287).
///
/// Holds the HMAC's state after the suite's text, and wipes it on drop.
///
/// # Timing
/// The key, the PIN, the session information and the responses change neither branches nor
/// addresses; the lengths of the PIN and of the session information are public. The suite,
/// questions, counter, time and windows are public, and so is the verdict.
///
/// ```
/// use mfa_core::ocra::{Input, Ocra, Suite};
/// use mfa_core::{Secret, Window};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let ocra = Ocra::new(&secret, Suite::parse("OCRA-1:HOTP-SHA1-6:QN08")?)?;
/// let input = Input::challenge("11111111");
/// assert_eq!(ocra.response(&input)?.text().as_str(), "243178");
///
/// let typed = ocra.suite().parse_response("243 178")?;
/// assert!(ocra.verify(&typed, &input, 0, Window::EXACT)?.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Ocra {
    keyed: Stream,
    hasher: Option<Hasher>,
    suite: Suite,
}

impl Ocra {
    /// Keys the HMAC.
    ///
    /// # Errors
    /// [`Unsupported`] if this build has no code for the suite's hash, or for its hash of the
    /// PIN (feature `sha2`).
    pub fn new(secret: &Secret, suite: Suite) -> Result<Self, Unsupported> {
        let beginning: [&[u8]; 2] = [suite.as_str().as_bytes(), &[0]];
        let keyed = Stream::new(suite.algorithm(), secret, &beginning)?;
        let hasher = suite.pin().map(Hasher::new).transpose()?;
        Ok(Self { keyed, hasher, suite })
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The response to `input` (RFC 6287 §5).
    ///
    /// # Errors
    /// [`InputError`] if the suite needs an input that is not there or is empty, has none of a
    /// kind that is there, or does not allow its length or one of its characters. There is no
    /// other.
    ///
    /// ```
    /// use mfa_core::Secret;
    /// use mfa_core::ocra::{Field, Input, InputError, Ocra, Suite};
    ///
    /// let secret = Secret::from_bytes(b"12345678901234567890")?;
    /// let ocra = Ocra::new(&secret, Suite::parse("OCRA-1:HOTP-SHA1-6:C-QN08")?)?;
    /// let error = |input| ocra.response(&input).unwrap_err();
    /// assert_eq!(error(Input::challenge("1111")), InputError::Missing(Field::Counter));
    /// let input = Input::challenge("1111").with_counter(0);
    /// assert_eq!(error(input.at(59)), InputError::Superfluous(Field::Time));
    /// let input = Input::challenge("11F1").with_counter(0);
    /// assert_eq!(error(input), InputError::Foreign { index: 2 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn response(&self, input: &Input<'_>) -> Result<Response, InputError> {
        let data = self.data(input)?;
        Ok(self.compute(&data, data.counter, data.step))
    }

    fn data<'a>(&self, input: &Input<'a>) -> Result<DataInput<'a>, InputError> {
        DataInput::new(&self.suite, self.hasher, input)
    }

    /// The response with the given counter and time step in place of the input's.
    fn compute(&self, data: &DataInput<'_>, counter: Option<u64>, step: Option<u64>) -> Response {
        self.suite.response(data.hmac(&self.keyed, counter, step))
    }
}

impl core::fmt::Debug for Ocra {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ocra").field("suite", &self.suite).finish_non_exhaustive()
    }
}
