//! The key pad's line protocol. An empty line is the button.
//!
//! ```text
//! provision otpauth://…          once: HOTP or TOTP
//! provision SUITE SECRET         once: OCRA, the secret in base32
//! provision SUITE SECRET SERVER  once: OCRA, the server answers first with the suite SERVER
//! pin NEW, pin OLD NEW           the owner's PIN, of three attempts
//! (nothing), PIN                 the button: shows the next or the present code
//! ? QUESTION [PIN]               shows the response
//! ask                            shows the token's own question
//! ! QUESTION RESPONSE [PIN]      the server's question and its response; shows the token's
//! set SECONDS, set SECONDS measure   the time, since the Unix epoch
//! unblock, wipe                  what the integrator's service does
//! rtc SECONDS                    what a tester's jig does to the real-time clock
//! state                          the kind, the next counter, the attempts left
//! ```

use super::reply::{done, reason, wrong_pin};
use super::{Fault, Fob};
use crate::{Board, Console, Outcome, Serial};
use embedded_storage::nor_flash::NorFlash;
use mfa_core::ocra::{Question, Suite};
use mfa_core::token::{
    Answer, Challenge, Kind, Press, Provision, Respond, SetClock, SetPin, Show, Trim, Unblock, Wipe,
};
use mfa_core::{Entropy, Secret, otpauth};

/// Three wrong PINs in a row lock the token.
const ATTEMPTS: u8 = 3;

/// Serves the key pad until its line ends.
///
/// # Errors
/// What is wrong with the flash, or that there are no random bytes.
pub fn serve<F: NorFlash>(board: &mut Board, flash: F) -> Outcome {
    let mut bytes = [0; 16];
    if !board.random.fill(&mut bytes) {
        return Err("no entropy");
    }
    let mut fob = Fob::new(flash, Entropy::new(&mut bytes)).map_err(reason)?;
    let mut asked = None;
    let mut buffer = [0; 384];
    while let Some(line) = board.console.line("> ", &mut buffer) {
        let words = &mut line.split_ascii_whitespace();
        let command = words.next().unwrap_or_default();
        let words = [words.next(), words.next(), words.next()];
        obey(board, &mut fob, &mut asked, command, words);
        // It may have held a secret or a PIN.
        core::hint::black_box(&mut buffer).fill(0);
    }
    Ok(())
}

fn obey<F: NorFlash>(
    board: &mut Board,
    fob: &mut Fob<F>,
    asked: &mut Option<Question>,
    command: &str,
    words: [Option<&str>; 3],
) {
    let rtc = board.clock.now();
    let console = &mut board.console;
    match (command, words) {
        ("provision", [Some(text), secret, server]) => match provision(text, secret, server) {
            Some(provision) => done(console, fob.run(provision)),
            None => console.text("refused: not understood").end_line(),
        },
        ("pin", [Some(new), None, _]) => set_pin(console, fob, None, new),
        ("pin", [Some(old), Some(new), _]) => set_pin(console, fob, Some(old), new),
        ("?", [Some(question), pin, _]) => {
            respond(console, fob, Challenge::OneWay(question), rtc, pin);
        }
        ("ask", _) => ask(board, fob, asked),
        ("!", [Some(server), Some(response), pin]) => {
            // A question serves once.
            let client = asked.take();
            let client = client.as_ref().map_or("", Question::as_str);
            respond(console, fob, Challenge::Mutual { client, server, response }, rtc, pin);
        }
        ("set", [Some(now), trim, _]) => match now.parse() {
            Ok(now) => {
                let trim = if trim == Some("measure") { Trim::Measure } else { Trim::Keep };
                done(console, fob.run(SetClock { rtc, now, trim }));
            }
            Err(_) => console.text("refused: not a time").end_line(),
        },
        ("unblock", _) => done(console, fob.run(Unblock)),
        ("wipe", _) => done(console, fob.run(Wipe)),
        ("rtc", [Some(seconds), ..]) => match seconds.parse() {
            Ok(seconds) => board.clock.set(seconds),
            Err(_) => console.text("refused: not a time").end_line(),
        },
        ("state", _) => state(console, fob),
        ("", _) => button(console, fob, rtc, None),
        (pin, [None, ..]) if pin.bytes().all(|byte| byte.is_ascii_digit()) => {
            button(console, fob, rtc, Some(pin));
        }
        _ => console.text("refused: not understood").end_line(),
    }
}

/// A URI; or a suite, a secret and, for a server that answers first, its suite.
fn provision(text: &str, secret: Option<&str>, server: Option<&str>) -> Option<Provision> {
    let Some(secret) = secret else {
        return otpauth::read(text).ok().map(|reading| reading.uri.into());
    };
    let secret = Secret::from_base32(secret).ok()?;
    let suite = Suite::parse(text).ok()?;
    Some(match server {
        None => Provision::ocra(secret, suite, 0),
        Some(server) => Provision::mutual_ocra(secret, suite, Suite::parse(server).ok()?, 0),
    })
}

fn button<F: NorFlash>(
    console: &mut Console<Serial>,
    fob: &mut Fob<F>,
    rtc: u64,
    pin: Option<&str>,
) {
    let answer = match fob.token().kind() {
        Some(Kind::Totp(_)) => fob.run(Show { rtc, pin }),
        _ => fob.run(Press { pin }),
    };
    show(console, answer, |console, code| {
        console.text("code ").text(code.text().as_str()).end_line();
    });
}

fn respond<F: NorFlash>(
    console: &mut Console<Serial>,
    fob: &mut Fob<F>,
    challenge: Challenge<'_>,
    rtc: u64,
    pin: Option<&str>,
) {
    let answer = fob.run(Respond { challenge, session: None, rtc: Some(rtc), pin });
    show(console, answer, |console, response| {
        console.text("response ").text(response.text().as_str()).end_line();
    });
}

fn set_pin<F: NorFlash>(
    console: &mut Console<Serial>,
    fob: &mut Fob<F>,
    current: Option<&str>,
    new: &str,
) {
    let answer = fob.run(SetPin { current, new, attempts: ATTEMPTS });
    show(console, answer, |console, ()| console.text("done").end_line());
}

/// Shows what was stored before: an answer is here only after that.
fn show<T>(
    console: &mut Console<Serial>,
    answer: Result<Answer<T>, Fault>,
    display: impl FnOnce(&mut Console<Serial>, T),
) {
    match answer.map(Answer::reveal) {
        Ok(Ok(value)) => display(console, value),
        Ok(Err(wrong)) => wrong_pin(console, wrong),
        Err(fault) => done(console, Err(fault)),
    }
}

fn ask<F: NorFlash>(board: &mut Board, fob: &Fob<F>, asked: &mut Option<Question>) {
    let mut bytes = [0; 2 * Question::MAX_LEN];
    let question = match board.random.fill(&mut bytes) {
        true => fob.token().ask(Entropy::new(&mut bytes)).map_err(Fault::Refused),
        false => Err(Fault::NoEntropy),
    };
    match question {
        Ok(question) => {
            board.console.text("question ").text(question.as_str()).end_line();
            *asked = Some(question);
        }
        Err(fault) => done(&mut board.console, Err(fault)),
    }
}

fn state<F: NorFlash>(console: &mut Console<Serial>, fob: &Fob<F>) {
    let token = fob.token();
    console.text(match token.kind() {
        None => "blank",
        Some(Kind::Hotp(_)) => "HOTP",
        Some(Kind::Totp(_)) => "TOTP",
        Some(Kind::Ocra { suite, .. }) => suite.as_str(),
        Some(_) => "another kind",
    });
    if let Some(counter) = token.next_counter() {
        console.text(", counter ").number(counter);
    }
    if let Some(left) = token.attempts_left() {
        console.text(", attempts ").number(left.into());
    }
    console.end_line();
}
