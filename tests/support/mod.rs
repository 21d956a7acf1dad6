//! A store and a user, small enough to be obviously right.
#![allow(dead_code, reason = "each test uses its part")]

use mfa_core::*;

pub type Record = Account<4, 10>;

/// Fresh bytes that never repeat within a test.
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(0)
    }

    pub fn roll(&mut self) -> [u8; 256] {
        self.0 += 1;
        let mut state = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        core::array::from_fn(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
    }
}

/// One stored record, a clock, a source of bytes.
#[derive(Clone)]
pub struct World {
    pub stored: Record,
    pub now: u64,
    pub policy: Policy,
    pub dice: Dice,
}

pub const ANN: AccountId = AccountId::from_bytes(*b"ann.............");

impl World {
    pub fn new() -> Self {
        let record = RecordId::from_bytes([0x5A; 16]);
        Self {
            stored: Record::new(ANN, record),
            now: 1_700_000_000,
            policy: Policy::AUTH0,
            dice: Dice::new(),
        }
    }

    pub fn cx(&self) -> Context<'_> {
        Context { now: self.now, policy: &self.policy }
    }

    pub fn first_factor(&mut self) -> Ticket {
        let mut bytes = self.dice.roll();
        self.stored.first_factor_ticket(Scopes::ALL, Entropy::new(&mut bytes), &self.cx()).unwrap()
    }

    /// Compare-and-swap, through the codec both ways, as a real store would.
    pub fn store(&mut self, expected: Version, next: &Record) -> Write {
        if self.stored.version() != expected {
            return Write::Conflict;
        }
        let mut bytes = [0; Record::MAX_ENCODED_LEN];
        let len = next.encode(&mut bytes).unwrap();
        self.stored = Record::decode(ANN, &bytes[..len]).unwrap();
        assert_eq!(self.stored.version().revision, expected.revision + 1);
        Write::Stored
    }

    /// Decides by both doors, which must agree, stores, settles.
    pub fn run<O: Operation>(&mut self, operation: O) -> Result<O::Outcome, Refused> {
        let step = self.stored.decide(operation, &self.cx())?;
        let write = self.store(step.expected(), step.next());
        Ok(step.settle(write).unwrap().1)
    }

    pub fn associate(&mut self, ticket: &Ticket) -> Result<Associated, Refused> {
        let mut bytes = self.dice.roll();
        self.run(Associate {
            ticket,
            authenticator: NewAuthenticator::Totp(TotpParameters::default()),
            label: Label::new("phone").unwrap(),
            entropy: Entropy::new(&mut bytes),
        })
    }

    pub fn confirm(&mut self, ticket: &Ticket, code: &str) -> Result<Verdict, Refused> {
        self.confirm_by(ticket, Response::Otp(code))
    }

    pub fn confirm_by(
        &mut self,
        ticket: &Ticket,
        response: Response<'_>,
    ) -> Result<Verdict, Refused> {
        self.run(Confirm { ticket, response })
    }

    pub fn otp(&mut self, ticket: &Ticket, code: &str) -> Result<Verdict, Refused> {
        self.run(Respond { ticket, response: Response::Otp(code) })
    }

    pub fn recovery(&mut self, ticket: &Ticket, code: &str) -> Result<Verdict, Refused> {
        let mut bytes = self.dice.roll();
        self.run(Respond {
            ticket,
            response: Response::RecoveryCode(code, Entropy::new(&mut bytes)),
        })
    }

    /// Enrolls, and moves on by one time step.
    pub fn enrolled() -> (Self, App) {
        let mut world = Self::new();
        let ticket = world.first_factor();
        let associated = world.associate(&ticket).unwrap();
        let app = App::of(&associated);
        let code = app.code(world.now);
        accepted(world.confirm(&ticket, &code));
        world.now += 30;
        (world, app)
    }
}

/// The user's authenticator app, and what they wrote down.
pub struct App {
    pub totp: Totp,
    pub recovery_codes: Vec<String>,
}

impl App {
    pub fn of(associated: &Associated) -> Self {
        let NewAuthenticator::Totp(TotpParameters { algorithm, format, steps }) = associated.kind
        else {
            panic!("an app has a clock: {:?}", associated.kind)
        };
        Self {
            totp: Totp::new(&associated.secret, algorithm, format, steps).unwrap(),
            recovery_codes: associated
                .recovery_codes
                .iter()
                .map(|code| code.text().as_str().to_owned())
                .collect(),
        }
    }

    /// The one-time passwords of a device that is asked by push.
    pub fn twin_of(associated: &AssociatedOutOfBand) -> Self {
        let TotpParameters { algorithm, format, steps } = TotpParameters::default();
        let secret = associated.twin.as_ref().unwrap();
        let totp = Totp::new(secret, algorithm, format, steps).unwrap();
        Self { totp, recovery_codes: Vec::new() }
    }

    pub fn code(&self, now: u64) -> String {
        self.totp.code(now).text().as_str().to_owned()
    }

    /// A code of the right form that is not acceptable around `now`.
    pub fn wrong(&self, now: u64) -> String {
        let near: Vec<_> = (0..20).map(|k| self.code(now - 300 + 30 * k)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

pub fn accepted(verdict: Result<Verdict, Refused>) -> Grant {
    match verdict {
        Ok(Verdict::Accepted(grant)) => grant,
        other => panic!("not accepted: {other:?}"),
    }
}

/// When the class locks, if it does.
pub fn rejected(verdict: Result<Verdict, Refused>) -> Option<u64> {
    match verdict {
        Ok(Verdict::Rejected { locked_until, .. }) => locked_until,
        other => panic!("not rejected: {other:?}"),
    }
}

impl World {
    /// The ticket of an administrator.
    pub fn administrator(&mut self) -> Ticket {
        let mut bytes = self.dice.roll();
        self.stored.administrator_ticket(Scopes::ALL, Entropy::new(&mut bytes), &self.cx()).unwrap()
    }

    /// The ticket of who logs in with the app now. Moves on by one time step.
    pub fn verified(&mut self, app: &App) -> Ticket {
        self.now += 30;
        let login = self.first_factor();
        let code = app.code(self.now);
        let grant = accepted(self.otp(&login, &code));
        let mut bytes = self.dice.roll();
        grant.ticket(Scopes::ALL, Entropy::new(&mut bytes), &self.cx()).unwrap()
    }

    /// Binds an HOTP token whose seed is known.
    pub fn import_token(&mut self, ticket: &Ticket, counter: u64) -> (AuthenticatorId, Hotp) {
        let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
        let token = Hotp::new(&secret, Algorithm::Sha1, Format::default()).unwrap();
        let mut bytes = self.dice.roll();
        let associated = self
            .run(Import {
                ticket,
                authenticator: NewAuthenticator::Hotp(HotpParameters::default(), counter),
                secret,
                label: Label::new("token").unwrap(),
                entropy: Entropy::new(&mut bytes),
            })
            .unwrap();
        accepted(self.confirm(ticket, token.code(counter).text().as_str()));
        (associated.authenticator, token)
    }

    /// Associates an app whose secret is known.
    pub fn import_app(&mut self, ticket: &Ticket, secret: &Secret) -> AuthenticatorId {
        let mut bytes = self.dice.roll();
        let import = Import {
            ticket,
            authenticator: NewAuthenticator::Totp(TotpParameters::default()),
            secret: secret.clone(),
            label: Label::default(),
            entropy: Entropy::new(&mut bytes),
        };
        self.run(import).unwrap().authenticator
    }

    pub fn restored(&mut self) -> Result<(), Refused> {
        let ticket = self.administrator();
        let mut bytes = self.dice.roll();
        self.run(Restored { ticket: &ticket, entropy: Entropy::new(&mut bytes) })
    }

    pub fn rebind(&mut self, ticket: &Ticket, id: AuthenticatorId) -> Result<Associated, Refused> {
        let mut bytes = self.dice.roll();
        self.run(Rebind { ticket, authenticator: id, entropy: Entropy::new(&mut bytes) })
    }

    pub fn regenerate(&mut self, ticket: &Ticket) -> Result<Vec<String>, Refused> {
        let mut bytes = self.dice.roll();
        let entropy = Entropy::new(&mut bytes);
        let regenerated = self.run(RegenerateRecoveryCodes { ticket, entropy })?;
        assert!(regenerated.notices.contains(Notices::RECOVERY_CODE_REPLACED));
        Ok(regenerated.recovery_codes.iter().map(|code| code.text().as_str().to_owned()).collect())
    }
}

/// Record as bytes, by which records are compared.
pub fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = vec![0; Record::MAX_ENCODED_LEN];
    let len = record.encode(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}

/// Out of band.
impl World {
    pub fn associate_channel(
        &mut self,
        ticket: &Ticket,
        channel: Channel,
    ) -> Result<AssociatedOutOfBand, Refused> {
        let mut bytes = self.dice.roll();
        self.run(AssociateOutOfBand {
            ticket,
            channel,
            reference: Reference::from_bytes([0xEE; 16]),
            label: Label::new("XXXXXXXX9167").unwrap(),
            entropy: Entropy::new(&mut bytes),
        })
    }

    pub fn challenge(
        &mut self,
        ticket: &Ticket,
        authenticator: AuthenticatorId,
        channel: Channel,
    ) -> Result<Delivery, Refused> {
        let mut bytes = self.dice.roll();
        let entropy = Entropy::new(&mut bytes);
        self.run(Challenge { ticket, authenticator, channel, entropy })
    }

    /// Confirms by what was sent, or by what the device said.
    pub fn confirm_sent(
        &mut self,
        ticket: &Ticket,
        delivery: &Delivery,
    ) -> Result<Verdict, Refused> {
        let code = delivery.code.text();
        let response = match delivery.channel {
            Channel::Push => Response::Push(delivery.challenge),
            _ => Response::OutOfBand(delivery.challenge, code.as_str()),
        };
        self.confirm_by(ticket, response)
    }

    pub fn out_of_band(
        &mut self,
        ticket: &Ticket,
        challenge: ChallengeId,
        code: &str,
    ) -> Result<Verdict, Refused> {
        self.run(Respond { ticket, response: Response::OutOfBand(challenge, code) })
    }

    /// The user types the right number on the device.
    pub fn approve(&mut self, delivery: &Delivery) {
        let number = delivery.code.text();
        let answer = AnswerPush { challenge: delivery.challenge, number: Some(number.as_str()) };
        assert_eq!(self.run(answer), Ok(Answered::Approved));
    }

    pub fn push(&mut self, ticket: &Ticket, challenge: ChallengeId) -> Result<Verdict, Refused> {
        self.run(Respond { ticket, response: Response::Push(challenge) })
    }

    /// Enrolls by SMS.
    pub fn with_phone() -> (Self, AuthenticatorId) {
        let mut world = Self::new();
        let ticket = world.first_factor();
        let associated = world.associate_channel(&ticket, Channel::Sms).unwrap();
        accepted(world.confirm_sent(&ticket, &associated.delivery));
        (world, associated.authenticator)
    }
}

/// The code of a delivery, and one that differs from it in the last digit.
pub fn right_and_wrong(delivery: &Delivery) -> (String, String) {
    let right = delivery.code.text().as_str().to_owned();
    let last = if right.ends_with('0') { "1" } else { "0" };
    let wrong = format!("{}{last}", &right[..right.len() - 1]);
    (right, wrong)
}

/// An OCRA token in the user's hand, and its PIN if the suite has one.
#[derive(Clone)]
pub struct OcraToken {
    pub id: AuthenticatorId,
    pub ocra: mfa_core::ocra::Ocra,
}

pub const PIN: &str = "1234";

impl OcraToken {
    pub const SECRET: &[u8] = b"ocra token of 20 byt";

    /// The response, of the counter and time that the suite has.
    pub fn response(&self, question: &str, counter: u64, now: u64) -> String {
        use mfa_core::ocra::{Input, Pin};
        let suite = self.ocra.suite();
        let mut input = Input::challenge(question);
        if suite.has_counter() {
            input = input.with_counter(counter);
        }
        if suite.time_steps().is_some() {
            input = input.at(now);
        }
        if suite.pin().is_some() {
            input = input.with_pin(Pin::text(PIN));
        }
        if suite.session_len().is_some() {
            input = input.with_session(b"session");
        }
        self.ocra.response(&input).unwrap().text().as_str().to_owned()
    }

    /// The answer to a question, with what else the suite has.
    pub fn answer<'a>(&self, asked: &OcraChallenge, text: &'a str) -> OcraAnswer<'a> {
        let suite = self.ocra.suite();
        OcraAnswer {
            challenge: asked.challenge,
            text,
            pin: suite.pin().map(|_| mfa_core::ocra::Pin::text(PIN)),
            session: suite.session_len().map(|_| &b"session"[..]),
        }
    }
}

/// OCRA.
impl World {
    /// Associates a token whose next counter is `counter`.
    pub fn associate_ocra(
        &mut self,
        ticket: &Ticket,
        suite: &str,
        counter: u64,
    ) -> Result<OcraToken, Refused> {
        let suite = mfa_core::ocra::Suite::parse(suite).unwrap();
        let secret = Secret::from_bytes(OcraToken::SECRET).unwrap();
        let ocra = mfa_core::ocra::Ocra::new(&secret, suite.clone()).unwrap();
        let mut bytes = self.dice.roll();
        let associated = self.run(Import {
            ticket,
            authenticator: NewAuthenticator::Ocra(suite, counter),
            secret,
            label: Label::new("card").unwrap(),
            entropy: Entropy::new(&mut bytes),
        })?;
        Ok(OcraToken { id: associated.authenticator, ocra })
    }

    pub fn challenge_ocra(
        &mut self,
        ticket: &Ticket,
        authenticator: AuthenticatorId,
    ) -> Result<OcraChallenge, Refused> {
        let mut bytes = self.dice.roll();
        self.run(ChallengeOcra { ticket, authenticator, entropy: Entropy::new(&mut bytes) })
    }

    pub fn ocra(&mut self, ticket: &Ticket, answer: OcraAnswer<'_>) -> Result<Verdict, Refused> {
        self.run(Respond { ticket, response: Response::Ocra(answer) })
    }

    /// Enrolls with an OCRA token, whose counter 0 is used if the suite has one.
    pub fn with_ocra(suite: &str) -> (Self, OcraToken) {
        let mut world = Self::new();
        let ticket = world.first_factor();
        let token = world.associate_ocra(&ticket, suite, 0).unwrap();
        let asked = world.challenge_ocra(&ticket, token.id).unwrap();
        let text = token.response(asked.question.as_str(), 0, world.now);
        let answer = token.answer(&asked, &text);
        accepted(world.confirm_by(&ticket, Response::Ocra(answer)));
        (world, token)
    }
}
