//! Prints a token's records through a life with every operation: the same on every machine.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::{Board, Outcome};
use mfa_core::ocra::Suite;
use mfa_core::token::{
    Answer, Challenge, LoseClock, Operation, Press, Provision, Respond, SetClock, SetPin, Show,
    Token, Trim, Unblock, Wipe,
};
use mfa_core::{HotpParameters, RecordId, Secret, TotpParameters, Write};

firmware::program!(run);

const DAY: u64 = 86_400;

fn run(board: &mut Board) -> Outcome {
    let token = Token::blank(RecordId::from_bytes([1; 16]));
    let life = &mut Life { board, token };
    life.run("blank, wiped", Wipe)?;

    life.run("HOTP", Provision::hotp(secret()?, HotpParameters::default(), u64::MAX - 3))?;
    life.tell("a code", Press { pin: None }, true)?;
    life.tell("a PIN", SetPin { current: None, new: "2468", attempts: 3 }, true)?;
    life.tell("a right PIN", Press { pin: Some("2468") }, true)?;
    life.tell("a wrong PIN", Press { pin: Some("2469") }, false)?;
    life.run("attempts given back", Unblock)?;
    let change = |current| SetPin { current: Some(current), new: "13579", attempts: 10 };
    life.tell("no new PIN", change("0000"), false)?;
    life.tell("a new PIN", change("2468"), true)?;
    life.tell("the last code", Press { pin: Some("13579") }, true)?;
    life.run("wiped", Wipe)?;

    life.run("TOTP", Provision::totp(secret()?, TotpParameters::default()))?;
    life.run("set", SetClock { rtc: 5, now: 1_700_000_000, trim: Trim::Ppm(-100) })?;
    life.tell("a code", Show { rtc: 5 + DAY, pin: None }, true)?;
    let measured = SetClock { rtc: 5 + DAY, now: 1_700_000_043 + DAY, trim: Trim::Measure };
    life.run("a slow quartz", measured)?;
    life.tell("a code, days later", Show { rtc: 5 + 11 * DAY, pin: None }, true)?;
    let measured =
        SetClock { rtc: 5 + 21 * DAY, now: 1_700_000_000 + 21 * DAY, trim: Trim::Measure };
    life.run("a fast quartz", measured)?;
    life.run("lost", LoseClock)?;
    life.run("set again", SetClock { rtc: 0, now: 1_800_000_000, trim: Trim::Keep })?;
    life.tell("a code", Show { rtc: 1_000_000, pin: None }, true)?;
    life.run("wiped", Wipe)?;

    let suite = suite("OCRA-1:HOTP-SHA1-8:C-QN64-PSHA1-S064-T1M")?;
    life.run("OCRA", Provision::ocra(secret()?, suite, 9))?;
    life.run("set", SetClock { rtc: 0, now: 1_700_000_000, trim: Trim::Keep })?;
    let challenge = Challenge::OneWay("0123456789012345678901234567890123456789");
    let respond = Respond { challenge, session: Some(b"tea"), rtc: Some(61), pin: Some("2468") };
    life.tell("a response", respond, true)?;
    life.run("wiped", Wipe)?;

    let suites =
        (self::suite("OCRA-1:HOTP-SHA1-8:C-QA08")?, self::suite("OCRA-1:HOTP-SHA1-6:QA08")?);
    life.run("mutual OCRA", Provision::mutual_ocra(secret()?, suites.0, suites.1, 0))
}

struct Life<'a> {
    board: &'a mut Board,
    token: Token,
}

impl Life<'_> {
    /// Decides by both doors, which must agree; prints, loads and writes again.
    fn run<O: Operation + Clone>(
        &mut self,
        name: &'static str,
        operation: O,
    ) -> Result<O::Outcome, &'static str> {
        let mut scratch = Token::blank(RecordId::from_bytes([2; 16]));
        let in_place = self.token.decide_in(&mut scratch, operation.clone()).map_err(|_| name)?;
        let bytes = encoded(in_place.next());
        let step = self.token.decide(operation).map_err(|_| name)?;
        if encoded(step.next()) != bytes {
            return Err("the two doors lead to different records");
        }
        let (_, outcome) = step.settle(Write::Stored).map_err(|_| name)?;
        self.token.decode_into(&bytes).map_err(|_| "a record does not load")?;
        if encoded(&self.token) != bytes {
            return Err("a record is written again otherwise");
        }
        self.board.console.text(name).text(": ").hex(&bytes).end_line();
        Ok(outcome)
    }

    fn tell<T, O: Operation<Outcome = Answer<T>> + Clone>(
        &mut self,
        name: &'static str,
        operation: O,
        is_right: bool,
    ) -> Outcome {
        match self.run(name, operation)?.reveal().is_ok() == is_right {
            true => Ok(()),
            false => Err(name),
        }
    }
}

fn encoded(token: &Token) -> [u8; Token::ENCODED_LEN] {
    let mut bytes = [0; Token::ENCODED_LEN];
    token.encode(&mut bytes);
    bytes
}

fn secret() -> Result<Secret, &'static str> {
    Secret::from_bytes(b"12345678901234567890").map_err(|_| "a length")
}

fn suite(text: &str) -> Result<Suite, &'static str> {
    Suite::parse(text).map_err(|_| "a suite")
}
