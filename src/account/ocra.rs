//! OCRA tokens: what is fixed of one, what must be remembered, and the question it is asked.

use super::clock::Clock;
use super::context::Context;
use super::factor::Counter;
use super::packed::Packed;
use super::refused::Refused;
use crate::bytes::copy;
use crate::id::{ChallengeId, TicketId};
use crate::mac::stream::Stream;
use crate::ocra::{Input, Ocra, Pin, Question, Suite};
use crate::secret::Secret;
use crate::wiped::Wiped;
use crate::{Algorithm, Entropy};

/// A token that answers questions.
#[derive(Clone)]
pub(crate) struct OcraFactor {
    pub(crate) key: Key,
    pub(crate) suite: StoredSuite,
    /// `Next(0)` if the suite has no counter.
    pub(crate) counter: Counter,
    /// As new if the suite has no time.
    pub(crate) clock: Clock,
    pub(crate) issued: Option<Issued>,
}

/// What the questions are made of that wait for a response.
///
/// Each ticket has a question of its own, a function of this seed and the ticket's name, so
/// that a record has room for the questions of any number of tickets. A response that was
/// evaluated ends all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) seed: [u8; 16],
    /// From when on none is answered, in seconds since the Unix epoch.
    pub(crate) expires: Packed,
}

/// A response to an OCRA question, and what else the suite hashes.
///
/// `Debug` hides the PIN and the session information.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct OcraAnswer<'a> {
    /// The name of the question.
    pub challenge: ChallengeId,
    /// The response as typed.
    pub text: &'a str,
    /// The user's PIN, or its hash, if the suite has P. The record does not hold it.
    pub pin: Option<Pin<'a>>,
    /// Information about the session, if the suite has S.
    pub session: Option<&'a [u8]>,
}

impl core::fmt::Debug for OcraAnswer<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OcraAnswer").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}

impl OcraFactor {
    /// Checks that responses of the suite prove something.
    ///
    /// # Errors
    /// `UnsupportedFormat` if they have fewer than six digits, `QuestionsRecur`.
    pub(crate) fn check(suite: &Suite) -> Result<(), Refused> {
        if suite.digits().is_some_and(|digits| digits < 6) {
            return Err(Refused::UnsupportedFormat);
        }
        if suite.is_fresh() { Ok(()) } else { Err(Refused::QuestionsRecur) }
    }

    /// A token whose next counter is `counter`, if its suite has one.
    ///
    /// # Errors
    /// `SecretTooLong`.
    pub(crate) fn new(secret: &Secret, suite: &Suite, counter: u64) -> Result<Self, Refused> {
        let counter = Counter::Next(if suite.has_counter() { counter } else { 0 });
        let key = Key::new(secret).ok_or(Refused::SecretTooLong)?;
        Ok(Self { key, suite: StoredSuite::new(suite), counter, clock: Clock::NEW, issued: None })
    }

    /// A token out of a record.
    ///
    /// # Errors
    /// The name of the field that is impossible.
    pub(crate) fn stored(
        secret: &Secret,
        suite: &Suite,
        counter: Counter,
        clock: Clock,
        issued: Option<Issued>,
    ) -> Result<Self, &'static str> {
        Self::check(suite).map_err(|_| "suite")?;
        let mut factor = Self::new(secret, suite, 0).map_err(|_| "secret")?;
        if matches!(counter, Counter::Lost(_)) {
            return Err("counter");
        }
        (factor.counter, factor.clock, factor.issued) = (counter, clock, issued);
        Ok(factor)
    }

    /// Makes sure that questions can be answered for at least half of `life` from now on, and
    /// gives until when.
    pub(crate) fn issue(&mut self, now: u64, life: u32, seed: [u8; 16]) -> u64 {
        let life = u64::from(life);
        let lasts = |issued: &Issued| {
            let left = issued.expires.get().saturating_sub(now);
            left >= life / 2 && left <= life
        };
        let fresh = Issued { seed, expires: Packed::new(now.saturating_add(life)) };
        let issued = self.issued.filter(lasts).unwrap_or(fresh);
        self.issued = Some(issued);
        issued.expires.get()
    }

    /// The question for this ticket, and its name; `None` if none waits for a response now.
    #[inline(never)]
    pub(crate) fn question(
        &self,
        ticket: TicketId,
        now: u64,
    ) -> Result<Option<(ChallengeId, Question)>, Refused> {
        let Some(issued) = self.issued.filter(|issued| now < issued.expires.get()) else {
            return Ok(None);
        };
        let seed = Secret::from_bytes(&issued.seed).map_err(|_| Refused::NoSuchChallenge)?;
        let stream = Stream::new(Algorithm::Sha1, &seed, &[ticket.as_bytes()])?;
        let mut bytes = [0; 7 * 20]; // 10 for the name and at most 128 for the question
        for (number, block) in (0u8..).zip(bytes.as_chunks_mut::<20>().0) {
            copy(stream.of(&[&[number]]).as_bytes(), block);
        }
        let mut entropy = Entropy::new(&mut bytes);
        let name = ChallengeId::draw(&mut entropy)?;
        Ok(Some((name, self.suite.suite()?.draw_question(&mut entropy)?)))
    }

    /// Whether this is the response to the question now. If it was evaluated, no question
    /// waits any more; if it is right, its counter and time step are burnt.
    ///
    /// # Errors
    /// `MalformedCode` if the text has another form, `OcraInput` if the PIN or the session
    /// information do not fit the suite, `Unsupported` if this build cannot compute its
    /// responses, `NoSuchFactor` if its counters are used up.
    #[inline(never)]
    pub(crate) fn evaluate(
        &mut self,
        question: &Question,
        answer: &OcraAnswer<'_>,
        cx: &Context<'_>,
    ) -> Result<bool, Refused> {
        let suite = self.suite.suite()?;
        let response = suite.parse_response(answer.text).map_err(Refused::MalformedCode)?;
        let mut input = Input::challenge(question.as_str());
        if suite.has_counter() {
            let Counter::Next(next) = self.counter else { return Err(Refused::NoSuchFactor) };
            input = input.with_counter(next);
        }
        if let Some(pin) = answer.pin {
            input = input.with_pin(pin);
        }
        if let Some(session) = answer.session {
            input = input.with_session(session);
        }
        if suite.time_steps().is_some() {
            input = input.at(cx.now);
        }
        let ocra = Ocra::new(&self.key.secret(), suite)?;
        let look_ahead = cx.policy.settings().look_ahead;
        let verified = ocra.verify(&response, &input, look_ahead, self.clock.window(cx));
        let verified = verified.map_err(Refused::OcraInput)?;
        self.issued = None;
        if let Some(verified) = verified {
            if let Some(counter) = verified.counter {
                self.counter = Counter::after(counter);
            }
            self.clock.follow(verified.time, cx);
        }
        Ok(verified.is_some())
    }

    /// After a backup was restored: questions end, and the time steps around now are burnt.
    /// What was answered since cannot be known of short questions that only a counter tells
    /// apart: such a token cannot be trusted.
    pub(super) fn distrust_past(&mut self, cx: &Context<'_>) -> bool {
        self.issued = None;
        let Ok(suite) = self.suite.suite() else { return false };
        match suite.time_steps() {
            Some(steps) => self.clock.burn_window(steps, cx),
            None => return suite.has_long_questions(),
        }
        true
    }
}

/// The key of a token: at most one block of SHA-1, so that a record is no larger for it.
#[derive(Clone)]
pub(crate) struct Key {
    bytes: Wiped<{ Self::MAX_LEN }>,
    len: u8,
}

impl Key {
    pub(crate) const MAX_LEN: usize = 64;

    /// `None` if the secret is too long.
    pub(crate) fn new(secret: &Secret) -> Option<Self> {
        let secret = secret.expose();
        let mut bytes = Wiped::ZERO;
        copy(secret, bytes.get_mut(..secret.len())?);
        Some(Self { bytes, len: secret.len() as u8 })
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(crate) fn secret(&self) -> Secret {
        let mut secret = Secret::EMPTY;
        copy(self.expose(), secret.bytes_mut(self.len.into()));
        secret
    }
}

/// A suite's text without the beginning that all have.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredSuite(heapless::String<{ Suite::MAX_LEN - Self::BEGINNING.len() }, u8>);

impl StoredSuite {
    const BEGINNING: &str = "OCRA-1:HOTP-";

    fn new(suite: &Suite) -> Self {
        let rest = suite.as_str().strip_prefix(Self::BEGINNING).unwrap_or_default();
        Self(heapless::String::try_from(rest).unwrap_or_default())
    }

    /// # Errors
    /// None that can happen: it was a suite when it was stored.
    pub(crate) fn suite(&self) -> Result<Suite, Refused> {
        let mut text = heapless::String::<{ Suite::MAX_LEN }, u8>::new();
        let whole = text.push_str(Self::BEGINNING).and_then(|()| text.push_str(&self.0));
        whole.map_err(|_| Refused::NoSuchFactor)?;
        Suite::parse(&text).map_err(|_| Refused::NoSuchFactor)
    }
}

const _: () = assert!(size_of::<OcraFactor>() <= 170);
