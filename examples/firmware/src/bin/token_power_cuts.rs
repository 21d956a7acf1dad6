//! Cuts the power in the middle of every write and every erasure of a token's flash, and of
//! some again while it starts anew: the record is the one before or the one after, no code is
//! shown twice, no attempt at a PIN is given back, no counter is lost.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::flash::{Flash, PAGE};
use firmware::token::{Fault, Fob};
use firmware::{Board, Outcome};
use mfa_core::token::{
    Answer, Press, Provision, Refused, SetClock, SetPin, Show, Token, Trim, Wipe,
};
use mfa_core::{Code, Entropy, Hotp, HotpParameters, Secret, TotpParameters};

firmware::program!(run);

/// So small that pages are turned over and erased all the time.
type Cells = [u8; 3 * PAGE];
type Record = [u8; Token::ENCODED_LEN];

const KEY: &[u8] = b"12345678901234567890";
const NOW: u64 = 1_700_000_000;

#[derive(Clone, Copy)]
enum Act {
    Hotp,
    Totp,
    Pin,
    Press,
    Guess,
    Clock,
    Show(u64),
    Wipe,
}

/// What is done to the token, one thing after the other.
const ACTS: [Act; 24] = [
    Act::Hotp,
    Act::Pin,
    Act::Press,
    Act::Press,
    Act::Guess,
    Act::Press,
    Act::Guess,
    Act::Guess,
    Act::Press,
    Act::Press,
    Act::Press,
    Act::Press,
    Act::Press,
    Act::Wipe,
    Act::Totp,
    Act::Clock,
    Act::Pin,
    Act::Show(10),
    Act::Show(20),
    Act::Guess,
    Act::Show(70),
    Act::Show(1_000),
    Act::Show(2_000),
    Act::Show(2_001),
];

fn run(board: &mut Board) -> Outcome {
    let flash = &mut Flash::new([0xFF; size_of::<Cells>()]);
    loaded(flash)?;
    let mut points = 0;
    for act in ACTS {
        points += cut_everywhere(flash, act)?;
    }
    board.console.number(points.into()).text(" power cuts, and no code was shown twice");
    board.console.end_line();
    if points > 0 { Ok(()) } else { Err("nothing was cut") }
}

/// The act with the power failing at every point, and then with power. Gives how many points
/// there were.
#[inline(never)]
fn cut_everywhere(flash: &mut Flash<Cells>, act: Act) -> Result<u32, &'static str> {
    let before = *flash.cells();
    let record = loaded(flash)?;
    let begun = flash.operations();
    if !do_act(flash, act)? {
        return Err("with power, what is right is done");
    }
    let points = flash.operations() - begun;
    let next = loaded(flash)?;
    for point in 0..points {
        flash.cells().copy_from_slice(&before);
        if cut(flash, act, point, &record, &next)? {
            return Err("something is seen although the flash did not keep it");
        }
    }
    // Between the last write and the display.
    flash.cells().copy_from_slice(&before);
    if !cut(flash, act, points, &record, &next)? {
        return Err("with power until the last write, the record is there");
    }
    // Once more, for good: there is no room for a third copy of the flash.
    flash.cells().copy_from_slice(&before);
    if !do_act(flash, act)? || loaded(flash)? != next {
        return Err("the same act ends otherwise");
    }
    Ok(points + 1)
}

/// The act with the power failing at `point`, and what is left of it after a restart. Whether
/// the act came to its end: then its record must be there, or a code that was seen would be
/// seen again.
#[inline(never)]
fn cut(
    flash: &mut Flash<Cells>,
    act: Act,
    point: u32,
    before: &Record,
    after: &Record,
) -> Result<bool, &'static str> {
    flash.fail_at(point, point.wrapping_mul(2_654_435_761));
    let is_seen = do_act(flash, act)?;
    // Every third time it fails again while the token repairs what the first failure left.
    flash.restart();
    if point.is_multiple_of(3) {
        flash.fail_at(point % 7, point);
        let _ = loaded(flash);
        flash.restart();
    }
    let record = loaded(flash)?;
    if record != *after && (is_seen || record != *before) {
        return Err("the record is neither the one before nor the one after");
    }
    goes_on(flash, &record)?;
    Ok(is_seen)
}

/// The token goes on from where its record is, with codes that were never seen.
#[inline(never)]
fn goes_on(flash: &mut Flash<Cells>, record: &Record) -> Outcome {
    let token = Token::decode(record).map_err(|_| "a record does not load")?;
    let mut fob = start(flash)?;
    if let Some(counter) = token.next_counter() {
        let pin = token.attempts_left().map(|_| "2468");
        let code = match fob.run(Press { pin }) {
            Err(Fault::Refused(Refused::Locked)) if token.attempts_left() == Some(0) => {
                return Ok(());
            }
            answer => revealed(answer)?.ok_or("a right PIN is wrong")?,
        };
        if code != self::code(counter)? || fob.token().next_counter() != Some(counter + 1) {
            return Err("another counter's code is shown");
        }
    }
    if let Some(step) = token.shown_step() {
        let pin = token.attempts_left().map(|_| "2468");
        let code = revealed(fob.run(Show { rtc: 3_000, pin }))?.ok_or("a right PIN is wrong")?;
        let now = fob.token().shown_step().ok_or("no step")?;
        if now <= step || code != self::code(now)? {
            return Err("an earlier step's code is shown");
        }
    }
    Ok(())
}

/// Whether the act came to its end, with everything as it should be.
#[inline(never)]
fn do_act(flash: &mut Flash<Cells>, act: Act) -> Result<bool, &'static str> {
    let mut fob = match start(flash) {
        Ok(fob) => fob,
        Err(_) => return Ok(false),
    };
    let counter = fob.token().next_counter();
    let secret = Secret::from_bytes(KEY).map_err(|_| "a length")?;
    let pin = fob.token().attempts_left().map(|_| "2468");
    match act {
        Act::Hotp => done(fob.run(Provision::hotp(secret, HotpParameters::default(), 0))),
        Act::Totp => done(fob.run(Provision::totp(secret, TotpParameters::default()))),
        Act::Wipe => done(fob.run(Wipe)),
        Act::Clock => done(fob.run(SetClock { rtc: 0, now: NOW, trim: Trim::Keep })),
        Act::Pin => match revealed(fob.run(SetPin { current: pin, new: "2468", attempts: 3 })) {
            Ok(Some(())) => Ok(true),
            Ok(None) => Err("a right PIN is wrong"),
            Err(_) => Ok(false),
        },
        Act::Guess => {
            let guess = Some("1234");
            let is_hotp = counter.is_some();
            let answer = if is_hotp {
                fob.run(Press { pin: guess })
            } else {
                fob.run(Show { rtc: 21, pin: guess })
            };
            match revealed(answer) {
                Ok(Some(_)) => Err("a wrong PIN is right"),
                Ok(None) => Ok(true),
                Err(_) => Ok(false),
            }
        }
        Act::Press => {
            let counter = counter.ok_or("no counter")?;
            shown(fob.run(Press { pin }), counter)
        }
        Act::Show(rtc) => shown(fob.run(Show { rtc, pin }), (NOW + rtc) / 30),
    }
}

fn done(outcome: Result<(), Fault>) -> Result<bool, &'static str> {
    match outcome {
        Ok(()) => Ok(true),
        Err(Fault::Flash) => Ok(false),
        Err(_) => Err("an operation is refused"),
    }
}

/// Whether a code was seen, which must be that of `factor`.
fn shown(answer: Result<Answer<Code>, Fault>, factor: u64) -> Result<bool, &'static str> {
    match revealed(answer) {
        Ok(Some(seen)) if seen == code(factor)? => Ok(true),
        Ok(Some(_)) => Err("another code is shown"),
        Ok(None) => Err("a right PIN is wrong"),
        Err(reason) if reason == NO_FLASH => Ok(false),
        Err(reason) => Err(reason),
    }
}

const NO_FLASH: &str = "the flash does not keep the record";

/// `None` for a wrong PIN.
fn revealed<T>(answer: Result<Answer<T>, Fault>) -> Result<Option<T>, &'static str> {
    match answer {
        Ok(answer) => Ok(answer.reveal().ok()),
        Err(Fault::Flash) => Err(NO_FLASH),
        Err(_) => Err("an operation is refused"),
    }
}

fn start(flash: &mut Flash<Cells>) -> Result<Fob<&mut Flash<Cells>>, &'static str> {
    Fob::new(flash, Entropy::new(&mut [7; 16])).map_err(|_| "the token does not start")
}

#[inline(never)]
fn loaded(flash: &mut Flash<Cells>) -> Result<Record, &'static str> {
    let mut bytes = [0; Token::ENCODED_LEN];
    start(flash)?.token().encode(&mut bytes);
    Ok(bytes)
}

fn code(factor: u64) -> Result<Code, &'static str> {
    let secret = Secret::from_bytes(KEY).map_err(|_| "a length")?;
    Ok(Hotp::from(&secret).code(factor))
}
