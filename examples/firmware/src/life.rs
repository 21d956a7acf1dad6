//! The life of an account as a script: every operation, with the same entropy and the same
//! clock each time, so that its records can be compared between machines, and what deciding
//! takes can be measured.

use mfa_core::{
    AccountId, AnswerPush, Answered, Associate, AssociateOutOfBand, AuthenticatorId, Authority,
    Challenge, Channel, Class, Confirm, Context, Entropy, HotpParameters, Import, Label,
    NewAuthenticator, Operation, Policy, Rebind, RecordId, Reference, Refused,
    RegenerateRecoveryCodes, Remove, Reset, Respond, Response, Restored, Resynchronize,
    Resynchronized, Scopes, Secret, Step, Ticket, TicketParts, TotpParameters, Unlock, Verdict,
    Write,
};

/// A record for devices: two authenticators and a recovery code.
pub type Record = mfa_core::Account<2, 1>;

/// What is watched of a life.
pub trait Watch {
    /// An operation is decided by `work`, which is to be called once.
    fn deciding(&mut self, operation: &str, work: &mut dyn FnMut());
    /// The record that is stored then.
    fn stored(&mut self, record: &Record);
}

/// The record that a life begins with.
pub const fn born() -> Record {
    Record::new(AccountId::from_bytes(*b"a life on flash."), RecordId::from_bytes([1; 16]))
}

/// Decides an operation: all that is measured, together with what it calls.
#[inline(never)]
fn decide<'s, O: Operation>(
    record: &Record,
    scratch: &'s mut Record,
    operation: O,
    cx: &Context<'_>,
) -> Result<Step<&'s mut Record, O::Outcome>, Refused> {
    record.decide_in(scratch, operation, cx)
}

/// Lives, from `record` on, which is fresh.
///
/// # Errors
/// Which operation did not end as it should.
pub fn live(record: &mut Record, watch: &mut dyn Watch) -> Result<(), &'static str> {
    let mut scratch = born();
    let life = &mut Life { record, scratch: &mut scratch, watch, now: 1_700_000_000, drawn: 0 };
    with_totp(life)?;
    with_hotp(life)?;
    with_phone(life)?;
    ended(life)?;
    with_device(life)
}

struct Life<'a> {
    record: &'a mut Record,
    scratch: &'a mut Record,
    watch: &'a mut dyn Watch,
    now: u64,
    drawn: u8,
}

impl Life<'_> {
    fn decide<O: Operation>(
        &mut self,
        name: &'static str,
        operation: O,
    ) -> Result<O::Outcome, &'static str> {
        let cx = Context { now: self.now, policy: &Policy::AUTH0 };
        let (record, scratch) = (&*self.record, &mut *self.scratch);
        let mut operation = Some((operation, scratch));
        let mut step = None;
        self.watch.deciding(name, &mut || {
            step = operation
                .take()
                .map(|(operation, scratch)| decide(record, scratch, operation, &cx));
        });
        let step = step.ok_or(name)?.map_err(|_| name)?;
        let (_, outcome) = step.settle(Write::Stored).map_err(|_| name)?;
        core::mem::swap(&mut self.record, &mut self.scratch);
        self.watch.stored(self.record);
        Ok(outcome)
    }

    fn ticket(&mut self, authority: Authority) -> Ticket {
        self.drawn += 1;
        Ticket::from_parts(TicketParts {
            id: mfa_core::TicketId::from_bytes([self.drawn; 16]),
            account: self.record.account(),
            record: self.record.version().record,
            authority,
            scopes: Scopes::ALL,
            issued: self.now,
            expires: self.now + 600,
            generation: self.record.generation(),
            familiar: false,
        })
    }

    /// Bytes as they come from a generator, but the same in every life.
    fn bytes(&mut self) -> [u8; 64] {
        self.drawn += 1;
        let mut value = self.drawn;
        core::array::from_fn(|_| {
            value = value.wrapping_mul(109).wrapping_add(89);
            value
        })
    }

    /// Half a minute later.
    fn later(&mut self) {
        self.now += 30;
    }
}

/// Enrolls with an authenticator app, whose codes were computed by another implementation.
fn with_totp(life: &mut Life<'_>) -> Result<(), &'static str> {
    let ticket = life.ticket(Authority::FirstFactor);
    let mut bytes = life.bytes();
    let associated = life.decide(
        "associate",
        Associate {
            ticket: &ticket,
            authenticator: NewAuthenticator::Totp(TotpParameters::default()),
            label: label("app")?,
            entropy: Entropy::new(&mut bytes),
        },
    )?;
    let secret = associated.secret;
    let code = code(&secret, life.now);
    let response = Response::Otp(code.as_str());
    accepted(life.decide("confirm", Confirm { ticket: &ticket, response })?)?;

    let respond = Respond { ticket: &ticket, response: Response::Otp(code.as_str()) };
    match life.decide("respond with a used code", respond)? {
        Verdict::Rejected { .. } => {}
        _ => return Err("a used code is accepted"),
    }
    life.later();
    let code = self::code(&secret, life.now);
    let respond = Respond { ticket: &ticket, response: Response::Otp(code.as_str()) };
    accepted(life.decide("respond with a code", respond)?)?;

    let recovery = associated.recovery_codes.iter().next().ok_or("no recovery code")?.text();
    let bytes = &mut life.bytes();
    let response = Response::RecoveryCode(recovery.as_str(), Entropy::new(bytes));
    accepted(life.decide("respond with a recovery code", Respond { ticket: &ticket, response })?)
}

/// Adds a hardware token with the key of RFC 4226 Appendix D, and lets it run ahead.
fn with_hotp(life: &mut Life<'_>) -> Result<(), &'static str> {
    let ticket = life.ticket(Authority::Verified);
    let mut bytes = life.bytes();
    let token = life.decide(
        "import",
        Import {
            ticket: &ticket,
            authenticator: NewAuthenticator::Hotp(HotpParameters::default(), 0),
            secret: Secret::from_bytes(b"12345678901234567890").map_err(|_| "a length")?,
            label: label("token")?,
            entropy: Entropy::new(&mut bytes),
        },
    )?;
    let response = Response::Otp("755224");
    accepted(life.decide("confirm a token", Confirm { ticket: &ticket, response })?)?;
    let response = Response::OtpOf(token.authenticator, "287082");
    accepted(life.decide("respond with a token", Respond { ticket: &ticket, response })?)?;
    let resynchronize = Resynchronize {
        ticket: &life.ticket(Authority::Verified),
        authenticator: token.authenticator,
        codes: ["162583", "399871"],
        third: Some("520489"),
    };
    match life.decide("resynchronize", resynchronize)? {
        Resynchronized::Found => {}
        _ => return Err("the token's codes are not found"),
    }
    remove(life, token.authenticator)
}

/// Exchanges the recovery code and the app, and adds a phone for a while.
fn with_phone(life: &mut Life<'_>) -> Result<(), &'static str> {
    let ticket = life.ticket(Authority::Administrator);
    let entropy = &mut life.bytes();
    let regenerate = RegenerateRecoveryCodes { ticket: &ticket, entropy: Entropy::new(entropy) };
    life.decide("regenerate recovery codes", regenerate)?;

    let app = life.record.authenticators().first().ok_or("no authenticator")?.id();
    let ticket = life.ticket(Authority::Administrator);
    let entropy = &mut life.bytes();
    let rebind = Rebind { ticket: &ticket, authenticator: app, entropy: Entropy::new(entropy) };
    let rebound = life.decide("rebind", rebind)?;
    life.later();
    let code = code(&rebound.secret, life.now);
    let response = Response::Otp(code.as_str());
    accepted(life.decide("confirm another secret", Confirm { ticket: &ticket, response })?)?;
    remove(life, rebound.authenticator)?;

    let ticket = life.ticket(Authority::FirstFactor);
    let mut bytes = life.bytes();
    let phone = life.decide(
        "associate a phone",
        AssociateOutOfBand {
            ticket: &ticket,
            channel: Channel::Sms,
            reference: Reference::from_bytes([7; 16]),
            label: label("phone")?,
            entropy: Entropy::new(&mut bytes),
        },
    )?;
    let code = phone.delivery.code.text();
    let response = Response::OutOfBand(phone.delivery.challenge, code.as_str());
    accepted(life.decide("confirm a phone", Confirm { ticket: &ticket, response })?)?;
    let mut bytes = life.bytes();
    let challenge = Challenge {
        ticket: &ticket,
        authenticator: phone.authenticator,
        channel: Channel::Voice,
        entropy: Entropy::new(&mut bytes),
    };
    let delivery = life.decide("challenge", challenge)?;
    let code = delivery.code.text();
    let response = Response::OutOfBand(delivery.challenge, code.as_str());
    accepted(life.decide("respond with what was sent", Respond { ticket: &ticket, response })?)
}

/// What an administrator does.
fn ended(life: &mut Life<'_>) -> Result<(), &'static str> {
    let ticket = life.ticket(Authority::Administrator);
    life.decide("unlock", Unlock { ticket: &ticket, class: Class::Otp })?;
    let entropy = &mut life.bytes();
    life.decide("restored", Restored { ticket: &ticket, entropy: Entropy::new(entropy) })?;
    let ticket = life.ticket(Authority::Administrator);
    life.decide("reset", Reset { ticket: &ticket })?;
    Ok(())
}

/// Enrolls once more, with a device that is asked by push.
fn with_device(life: &mut Life<'_>) -> Result<(), &'static str> {
    let ticket = life.ticket(Authority::FirstFactor);
    let mut bytes = life.bytes();
    let device = life.decide(
        "associate a device",
        AssociateOutOfBand {
            ticket: &ticket,
            channel: Channel::Push,
            reference: Reference::from_bytes([8; 16]),
            label: label("device")?,
            entropy: Entropy::new(&mut bytes),
        },
    )?;
    let number = device.delivery.code.text();
    let challenge = device.delivery.challenge;
    let answer = AnswerPush { challenge, number: Some(number.as_str()) };
    match life.decide("answer a push", answer)? {
        Answered::Approved => {}
        _ => return Err("the right number is refused"),
    }
    let response = Response::Push(challenge);
    accepted(life.decide("confirm a device", Confirm { ticket: &ticket, response })?)
}

fn remove(life: &mut Life<'_>, authenticator: AuthenticatorId) -> Result<(), &'static str> {
    let ticket = life.ticket(Authority::Administrator);
    life.decide("remove", Remove { ticket: &ticket, authenticator })?;
    Ok(())
}

fn label(text: &str) -> Result<Label, &'static str> {
    Label::new(text).map_err(|_| "a label")
}

fn code(secret: &Secret, now: u64) -> mfa_core::CodeText {
    mfa_core::Totp::from(secret).code(now).text()
}

fn accepted(verdict: Verdict) -> Result<(), &'static str> {
    verdict.accepted().map(drop).ok_or("a right answer is rejected")
}
