//! Answers to challenges: OCRA, one-way and mutual, and signatures.

use super::operation::Operation;
use super::pin::Answer;
use super::provision::Kind;
use super::record::State;
use super::refused::Refused;
use crate::ocra::{Input, Ocra, Pin, Response};
use crate::totp::Window;
use core::fmt;

/// What a token is asked (RFC 6287 §7).
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the standard has these two")]
pub enum Challenge<'a> {
    /// One-way challenge–response or plain signature (§7.1, §7.3.1): the server's question,
    /// or the data to sign.
    OneWay(&'a str),
    /// Mutual challenge–response, or signature with server authentication (§7.2, §7.3.2).
    Mutual {
        /// The token's question, as [`Token::ask`](super::Token::ask) drew it for this exchange.
        client: &'a str,
        /// The server's question, or the data to sign.
        server: &'a str,
        /// The server's response, as it is typed.
        response: &'a str,
    },
}

/// The response to a challenge (RFC 6287). A counter, if the suite has one, is used up by
/// the step; where it has the time, no response of an earlier step is made after it.
///
/// # Errors
/// [`Refused::Blank`], [`Refused::WrongKind`], those of the PIN ([`Refused::Locked`],
/// [`Refused::PinNeeded`], [`Refused::NoPin`]), of the clock ([`Refused::ClockNotSet`],
/// [`Refused::ClockLost`], [`Refused::ClockBehind`]), of the server
/// ([`Refused::ServerMustAnswer`], [`Refused::NotMutual`], [`Refused::WrongServer`],
/// [`Refused::MalformedResponse`]), [`Refused::Input`], [`Refused::Exhausted`] after the
/// counter 2^64−1, [`Refused::Unsupported`].
///
/// ```
/// use mfa_core::ocra::Suite;
/// use mfa_core::token::{Challenge, Provision, Respond, Token};
/// use mfa_core::{RecordId, Secret, Write};
///
/// # let blank = Token::blank(RecordId::from_bytes(*b"random 128 bits."));
/// # let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let suite = Suite::parse("OCRA-1:HOTP-SHA1-6:QN08")?;
/// let (token, ()) = blank.decide(Provision::ocra(secret, suite, 0))?.settle(Write::Stored)?;
///
/// let challenge = Challenge::OneWay("11111111");
/// let respond = Respond { challenge, session: None, rtc: None, pin: None };
/// let (_, answer) = token.decide(respond)?.settle(Write::Stored)?;
/// assert_eq!(answer.reveal()?.text().as_str(), "243178");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Respond<'a> {
    /// What is asked.
    pub challenge: Challenge<'a>,
    /// S: information about the session, if the suite has it.
    pub session: Option<&'a [u8]>,
    /// What the real-time clock reads, in seconds; not looked at if the suite has no time.
    pub rtc: Option<u64>,
    /// The PIN, if the token or the suite (P) has one.
    pub pin: Option<&'a str>,
}

impl Operation for Respond<'_> {
    type Outcome = Answer<Response>;

    fn run(self, state: &mut State) -> Result<Answer<Response>, Refused> {
        let Some(Kind::Ocra { suite, server }) = state.kind.clone() else {
            return Err(state.wrong_kind());
        };
        let step = match (suite.time_steps(), self.rtc) {
            (Some(steps), Some(rtc)) => Some(state.use_step(steps, rtc)?),
            _ => None,
        };
        let input = match (self.challenge, server) {
            (Challenge::OneWay(question), None) => Input::challenge(question),
            (Challenge::OneWay(_), Some(_)) => return Err(Refused::ServerMustAnswer),
            (Challenge::Mutual { .. }, None) => return Err(Refused::NotMutual),
            (Challenge::Mutual { client, server, response }, Some(of_server)) => {
                let mut input = Input::mutual_server(client, server);
                if of_server.session_len().is_some() {
                    input = with_session(input, self.session);
                }
                let input = with_step(input, step.filter(|_| of_server.time_steps().is_some()));
                let ocra = Ocra::new(&state.secret, of_server)?;
                let response = ocra.suite().parse_response(response)?;
                // One step either way, for a server whose clock is not the token's.
                let verified = ocra.verify(&response, &input, 0, Window::default())?;
                verified.ok_or(Refused::WrongServer)?;
                Input::mutual_client(client, server)
            }
        };
        // A suite's PIN is the token's own, if it has one; else only the verifier knows it.
        let is_own = state.pin.attempts_left().is_some() || suite.pin().is_none();
        let attempt = state.attempt(self.pin.filter(|_| is_own))?;
        let mut input = with_step(with_session(input, self.session), step);
        if suite.pin().is_some() {
            input = self.pin.map_or(input, |pin| input.with_pin(Pin::text(pin)));
        }
        if suite.has_counter() {
            input = input.with_counter(state.use_counter()?);
        }
        let response = Ocra::new(&state.secret, suite)?.response(&input)?;
        Ok(attempt.guards(response))
    }
}

fn with_session<'a>(input: Input<'a>, session: Option<&'a [u8]>) -> Input<'a> {
    session.map_or(input, |session| input.with_session(session))
}

fn with_step(input: Input<'_>, step: Option<u64>) -> Input<'_> {
    step.map_or(input, |step| input.at_step(step))
}

impl fmt::Debug for Respond<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Respond").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}
