//! Counts a token's instructions: whatever its secret is, and whether the PIN is right, they
//! are as many up to the write, and up to the display whatever the code is. Not so in a twin
//! that leaks, which shows that the count would tell.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::flash::xorshift;
use firmware::{Board, Outcome, cpu};
use mfa_core::ocra::Suite;
use mfa_core::token::{
    Answer, Challenge, Operation, Press, Provision, Respond, SetClock, SetPin, Show, Token, Trim,
};
use mfa_core::{Hotp, HotpParameters, RecordId, Secret, TotpParameters, Write};

firmware::program!(run);

const TOKENS: u32 = 40;

fn run(board: &mut Board) -> Outcome {
    let hotp = |secret| Ok(Provision::hotp(secret, HotpParameters::default(), 7));
    let totp = |secret| Ok(Provision::totp(secret, TotpParameters::default()));
    let ocra = |secret| {
        let suite = Suite::parse("OCRA-1:HOTP-SHA1-8:C-QN08-PSHA1").map_err(|_| "a suite")?;
        Ok(Provision::ocra(secret, suite, 7))
    };
    let challenge = Challenge::OneWay("12345678");
    let press = |pin: &'static str| Press { pin: Some(pin) };
    let show = |pin: &'static str| Show { rtc: 20, pin: Some(pin) };
    let respond =
        |pin: &'static str| Respond { challenge, session: None, rtc: None, pin: Some(pin) };
    let change = |pin: &'static str| SetPin { current: Some(pin), new: "13579", attempts: 5 };

    each(hotp, |token, pin| written(token, press(pin)))?
        .is_one(board, "a press up to the write")?;
    each(totp, |token, pin| written(token, show(pin)))?.is_one(board, "a look up to the write")?;
    each(ocra, |token, pin| written(token, respond(pin)))?
        .is_one(board, "a response up to the write")?;
    each(hotp, |token, pin| written(token, change(pin)))?
        .is_one(board, "a new PIN up to the write")?;
    right(hotp, |token, pin| drop(black_box(shown(token, pin))))?
        .is_one(board, "a press up to the display")?;
    each(hotp, leaky)?.is_many(board, "a leaky press")
}

/// Decides, and writes the next record: all that is done before the flash is.
fn written<T, O: Operation<Outcome = Answer<T>>>(token: &Token, operation: O) {
    let mut scratch = Token::blank(NAME);
    let mut flash = [0; Token::ENCODED_LEN];
    let step = token.decide_in(&mut scratch, operation);
    if let Ok(step) = &step {
        step.next().encode(&mut flash);
    }
    black_box((&step, &flash));
}

/// The same, up to the code's text.
fn shown(token: &Token, pin: &str) -> Option<mfa_core::CodeText> {
    let mut scratch = Token::blank(NAME);
    let step = token.decide_in(&mut scratch, Press { pin: Some(pin) }).ok()?;
    let (_, answer) = step.settle(Write::Stored).ok()?;
    Some(answer.reveal().ok()?.text())
}

/// As one would without thinking of it: a wrong PIN is noticed at its first wrong digit, and
/// needs no code.
fn leaky(_: &Token, pin: &str) {
    if pin.bytes().zip(PIN.bytes()).all(|(typed, kept)| typed == kept)
        && let Ok(secret) = Secret::from_bytes(&[7; 20])
    {
        black_box(Hotp::from(&secret).code(7).text());
    }
}

const NAME: RecordId = RecordId::from_bytes([1; 16]);
const PIN: &str = "24680";

/// Random tokens with the PIN, which is typed; and others that are wrong in the first place,
/// in the last, and everywhere.
fn each(
    provision: impl Fn(Secret) -> Result<Provision, &'static str>,
    work: impl Fn(&Token, &'static str),
) -> Result<Counts, &'static str> {
    counted(provision, work, &[PIN, "14680", "24681", "13579"])
}

fn right(
    provision: impl Fn(Secret) -> Result<Provision, &'static str>,
    work: impl Fn(&Token, &'static str),
) -> Result<Counts, &'static str> {
    counted(provision, work, &[PIN])
}

fn counted(
    provision: impl Fn(Secret) -> Result<Provision, &'static str>,
    work: impl Fn(&Token, &'static str),
    typed: &[&'static str],
) -> Result<Counts, &'static str> {
    let mut counts = Counts { calls: 0, least: u32::MAX, most: 0 };
    let mut random = 0x2545_F491;
    for _ in 0..TOKENS {
        let mut bytes = [0; 20];
        bytes.fill_with(|| {
            random = xorshift(random);
            random as u8
        });
        let token = made(provision(Secret::from_bytes(&bytes).map_err(|_| "a length")?)?)?;
        for pin in typed {
            let count = cpu::instructions(|| work(&token, black_box(pin)));
            counts.add(count.ok_or("instructions are not counted here")?);
        }
    }
    Ok(counts)
}

fn made(provision: Provision) -> Result<Token, &'static str> {
    let mut token = Token::blank(NAME);
    change(&mut token, provision)?;
    let set = SetClock { rtc: 0, now: 1_700_000_000, trim: Trim::Ppm(20) };
    if matches!(token.kind(), Some(mfa_core::token::Kind::Totp(_))) {
        change(&mut token, set)?;
    }
    let set = SetPin { current: None, new: PIN, attempts: 3 };
    change(&mut token, set)?.reveal().map_err(|_| "a PIN")?;
    Ok(token)
}

fn change<O: Operation>(token: &mut Token, operation: O) -> Result<O::Outcome, &'static str> {
    let step = token.decide(operation).map_err(|_| "refused")?;
    let (next, outcome) = step.settle(Write::Stored).map_err(|_| "not settled")?;
    *token = next;
    Ok(outcome)
}

/// How many instructions calls took.
struct Counts {
    calls: u32,
    least: u32,
    most: u32,
}

impl Counts {
    fn add(&mut self, count: u32) {
        self.calls += 1;
        self.least = self.least.min(count);
        self.most = self.most.max(count);
    }

    fn is_one(&self, board: &mut Board, name: &str) -> Outcome {
        self.say(board, name);
        if self.least == self.most { Ok(()) } else { Err("the count depends on a secret") }
    }

    fn is_many(&self, board: &mut Board, name: &str) -> Outcome {
        self.say(board, name);
        if self.least != self.most { Ok(()) } else { Err("the count does not show a leak") }
    }

    fn say(&self, board: &mut Board, name: &str) {
        board.console.text(name).text(": ").number(self.calls.into()).text(" calls, ");
        board.console.number(self.least.into()).text(" to ").number(self.most.into());
        board.console.text(" instructions").end_line();
    }
}
