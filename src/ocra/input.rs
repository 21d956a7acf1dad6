//! The inputs of one computation: what a caller gives, and what is hashed of it.

use super::error::{Field, InputError};
use super::question::Questions;
use super::suite::Suite;
use crate::mac::Hasher;
use crate::mac::stream::{Hash, Stream};
use core::fmt;

/// A PIN or password (P), borrowed. `Debug` hides it and there is no `Display`.
///
/// Its hash is no better kept than the PIN itself: few PINs exist, and all can be tried.
/// Keep either as secret as the key.
///
/// ```
/// use mfa_core::ocra::Pin;
///
/// assert_eq!(format!("{:?}", Pin::text("1234")), "Pin");
/// ```
///
/// ```compile_fail
/// # use mfa_core::ocra::Pin;
/// println!("{}", Pin::text("1234")); // a PIN does not print
/// ```
#[derive(Clone, Copy)]
pub struct Pin<'a>(Form<'a>);

#[derive(Clone, Copy)]
enum Form<'a> {
    Text(&'a [u8]),
    Hashed(&'a [u8]),
}

impl<'a> Pin<'a> {
    /// The PIN as it is typed; its UTF-8 bytes are hashed with the suite's hash.
    #[must_use]
    pub const fn text(pin: &'a str) -> Self {
        Self(Form::Text(pin.as_bytes()))
    }

    /// The suite's hash of the PIN: 20, 32 or 64 bytes.
    #[must_use]
    pub const fn hashed(hash: &'a [u8]) -> Self {
        Self(Form::Hashed(hash))
    }

    fn hash(self, hasher: Hasher) -> Result<Hash, InputError> {
        let hash = match self.0 {
            Form::Text([]) | Form::Hashed([]) => return Err(InputError::Missing(Field::Pin)),
            Form::Text(text) => return Ok(hasher.of(text)),
            Form::Hashed(hash) => hash,
        };
        let allowed = hasher.algorithm().output_len();
        match hash.len() {
            found if found == allowed => Ok(Hash::copy(hash)),
            found => Err(InputError::Length { field: Field::Pin, allowed: allowed as u16, found }),
        }
    }
}

impl fmt::Debug for Pin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin")
    }
}

#[derive(Clone, Copy, Debug)]
enum Time {
    /// Seconds since the Unix epoch.
    Seconds(u64),
    Step(u64),
}

/// The inputs of one computation: a question, or one of each party, and whatever else the
/// suite hashes (RFC 6287 §5.1, §7).
///
/// | RFC 6287 | who computes | constructor | suite |
/// |---|---|---|---|
/// | §7.1 one-way challenge–response | the client | [`challenge`](Self::challenge) | any |
/// | §7.2 mutual challenge–response | the server, first | [`mutual_server`](Self::mutual_server) | without P |
/// | | the client, then | [`mutual_client`](Self::mutual_client) | any |
/// | §7.3.1 plain signature | the client | [`signature`](Self::signature) | without S |
/// | §7.3.2 signature with server authentication | the server, first | [`mutual_server`](Self::mutual_server) | without P and S |
/// | | the client, then | [`mutual_client`](Self::mutual_client) | without S |
///
/// The other party verifies with the same inputs. `Debug` hides the PIN and the session
/// information.
///
/// ```
/// use mfa_core::ocra::{Input, Pin};
///
/// let input = Input::challenge("12345678").with_counter(7).with_pin(Pin::text("1234"));
/// let shown = format!("{input:?}");
/// assert!(shown.contains("12345678") && !shown.contains("\"1234\""));
/// ```
#[derive(Clone, Copy)]
#[must_use = "inputs compute nothing by themselves"]
pub struct Input<'a> {
    questions: Questions<'a>,
    counter: Option<u64>,
    pin: Option<Pin<'a>>,
    session: Option<&'a [u8]>,
    time: Option<Time>,
}

impl<'a> Input<'a> {
    /// One-way challenge–response: the server's question (RFC 6287 §7.1).
    pub const fn challenge(question: &'a str) -> Self {
        Self::of(question, None)
    }

    /// Plain signature: the data to sign, or what stands for it, as a question (RFC 6287
    /// §7.3.1).
    pub const fn signature(question: &'a str) -> Self {
        Self::of(question, None)
    }

    /// The server's response in mutual modes: Q is the client's question, then the server's
    /// (RFC 6287 §7.2, §7.3.2).
    ///
    /// The texts are put one after the other, and only then converted: where one ends is sure
    /// only if both have the full length. For numeric questions, and for hexadecimal ones of
    /// odd length, other implementations may convert each by itself.
    pub const fn mutual_server(client_question: &'a str, server_question: &'a str) -> Self {
        Self::of(client_question, Some(server_question))
    }

    /// The client's response or signature in mutual modes: Q is the server's question, then
    /// the client's (RFC 6287 §7.2, §7.3.2), as for [`mutual_server`](Self::mutual_server).
    pub const fn mutual_client(client_question: &'a str, server_question: &'a str) -> Self {
        Self::of(server_question, Some(client_question))
    }

    const fn of(first: &'a str, second: Option<&'a str>) -> Self {
        let questions = Questions { first, second };
        Self { questions, counter: None, pin: None, session: None, time: None }
    }

    /// C: the counter, any `u64`.
    pub const fn with_counter(self, counter: u64) -> Self {
        Self { counter: Some(counter), ..self }
    }

    /// P: the PIN or password.
    pub const fn with_pin(self, pin: Pin<'a>) -> Self {
        Self { pin: Some(pin), ..self }
    }

    /// S: information about the session, at least one byte (the standard has UTF-8 text).
    /// What is shorter than the suite says is padded with zeros to the left.
    pub const fn with_session(self, session: &'a [u8]) -> Self {
        Self { session: Some(session), ..self }
    }

    /// T: the time in seconds since the Unix epoch; the suite says how it is cut into steps.
    pub const fn at(self, time: u64) -> Self {
        Self { time: Some(Time::Seconds(time)), ..self }
    }

    /// T: the number of time steps since the Unix epoch.
    pub const fn at_step(self, step: u64) -> Self {
        Self { time: Some(Time::Step(step)), ..self }
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("questions", &self.questions)
            .field("counter", &self.counter)
            .field("pin", &self.pin)
            .field("session_len", &self.session.map(<[u8]>::len))
            .field("time", &self.time)
            .finish()
    }
}

/// Inputs that fit the suite, in the form in which they are hashed.
pub(super) struct DataInput<'a> {
    pub(super) counter: Option<u64>,
    question: [u8; 128],
    pin: Option<Hash>,
    session: Session<'a>,
    pub(super) step: Option<u64>,
}

impl<'a> DataInput<'a> {
    /// `hasher` is of the suite's hash for PINs.
    pub(super) fn new(
        suite: &Suite,
        hasher: Option<Hasher>,
        input: &Input<'a>,
    ) -> Result<Self, InputError> {
        let counter = pair(Field::Counter, suite.has_counter().then_some(()), input.counter)?;
        let question = input.questions.hashed(suite.question())?;
        let pin = pair(Field::Pin, hasher, input.pin)?;
        let session = pair(Field::Session, suite.session_len(), input.session)?;
        let time = pair(Field::Time, suite.time_steps(), input.time)?;
        Ok(Self {
            counter: counter.map(|((), counter)| counter),
            question,
            pin: pin.map(|(hasher, pin)| pin.hash(hasher)).transpose()?,
            session: session.map_or(Ok(Session::NONE), |(len, bytes)| Session::new(len, bytes))?,
            step: time.map(|(steps, time)| match time {
                Time::Seconds(time) => steps.at(time),
                Time::Step(step) => step,
            }),
        })
    }

    /// The HMAC of what `keyed` has read and C | Q | P | S | T (RFC 6287 §5.1), with C and T
    /// as given here.
    pub(super) fn hmac(&self, keyed: &Stream, counter: Option<u64>, step: Option<u64>) -> Hash {
        let [counter, step] = [counter, step].map(|number| number.map(u64::to_be_bytes));
        keyed.of(&[
            counter.as_slice().as_flattened(),
            &self.question,
            self.pin.as_ref().map_or(&[], Hash::as_bytes),
            self.session.padding,
            self.session.bytes,
            step.as_slice().as_flattened(),
        ])
    }
}

/// What the suite has and what was given, where both are there; an error where only one is.
fn pair<S, G>(
    field: Field,
    suite: Option<S>,
    given: Option<G>,
) -> Result<Option<(S, G)>, InputError> {
    match (suite, given) {
        (Some(suite), Some(given)) => Ok(Some((suite, given))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(InputError::Missing(field)),
        (None, Some(_)) => Err(InputError::Superfluous(field)),
    }
}

struct Session<'a> {
    padding: &'static [u8],
    bytes: &'a [u8],
}

impl<'a> Session<'a> {
    const NONE: Self = Self { padding: &[], bytes: &[] };

    fn new(len: u16, bytes: &'a [u8]) -> Result<Self, InputError> {
        const ZEROS: &[u8; 512] = &[0; 512];
        let field = Field::Session;
        if bytes.is_empty() {
            return Err(InputError::Missing(field));
        }
        match usize::from(len).checked_sub(bytes.len()).and_then(|zeros| ZEROS.get(..zeros)) {
            Some(padding) => Ok(Self { padding, bytes }),
            None => Err(InputError::Length { field, allowed: len, found: bytes.len() }),
        }
    }
}
