//! A door lock with a keypad: type `help`.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use embedded_hal::{delay::DelayNs, digital::OutputPin};
use firmware::flash::{Flash, PAGE};
use firmware::lock::{Fault, Lock, USERS};
use firmware::{Board, HostFile, Outcome};
use mfa_core::{Associated, Refused, Ticket, Verdict};

firmware::program!(run);

/// How long the latch is drawn, in milliseconds.
const PULSE: u32 = 300;

const HELP: &str = "\
USER CODE           open the door, with a code or a recovery code
At the service port, inside of the door:
enroll USER         show a secret for an authenticator app
confirm USER CODE   end the enrollment with the app's first code
unlock USER         forgive wrong codes
remove USER         forget a user
list                who is enrolled
clock [SECONDS]     show the clock, or set it
Ctrl-D              switch off
";

fn run(board: &mut Board) -> Outcome {
    let flash = HostFile::open(c"lock.flash", 16 * PAGE).ok_or("no file for the flash")?;
    let mut lock = Lock::new(Flash::new(flash)).ok_or("the flash is too small")?;
    // Who is enrolling, until they show a first code. Forgotten when the power fails.
    let mut enrolling = None;
    let mut line = [0; 64];
    while let Some(typed) = board.console.line("> ", &mut line) {
        command(board, &mut lock, &mut enrolling, typed);
    }
    Ok(())
}

type Enrolling = Option<(u8, Ticket)>;

fn command(
    board: &mut Board,
    lock: &mut Lock<Flash<HostFile>>,
    enrolling: &mut Enrolling,
    typed: &str,
) {
    let (word, rest) = typed.trim().split_once(' ').unwrap_or((typed.trim(), ""));
    let (user, code) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let now = board.clock.now();
    let Board { console, clock, random, .. } = board;
    let draw = &mut || {
        let mut bytes = [0; 64];
        random.fill(&mut bytes).then_some(bytes)
    };
    match word {
        "" => {}
        "help" => console.text(HELP).flush(),
        "clock" => {
            if let Ok(now) = rest.trim().parse() {
                clock.set(now);
            }
            console.number(clock.now()).end_line();
        }
        "list" => {
            for user in 1..=USERS {
                if lock.is_enrolled(user) == Ok(true) {
                    console.number(user.into()).end_line();
                }
            }
        }
        "enroll" => match lock.enroll(number(user), now, draw) {
            Ok((associated, ticket)) => {
                *enrolling = Some((number(user), ticket));
                show(board, &associated);
            }
            Err(fault) => tell(board, fault),
        },
        "confirm" => match enrolling.take_if(|(who, _)| *who == number(user)) {
            Some((user, ticket)) => match lock.confirm(user, &ticket, code, now) {
                Ok(Verdict::Accepted(_)) => board.console.text("enrolled").end_line(),
                other => {
                    *enrolling = Some((user, ticket));
                    answer(board, other);
                }
            },
            None => tell(board, Fault::Refused(Refused::NothingPending)),
        },
        "unlock" => match lock.unlock(number(user), now, draw) {
            Ok(()) => console.text("unlocked").end_line(),
            Err(fault) => tell(board, fault),
        },
        "remove" => match lock.remove(number(user), now, draw) {
            Ok(()) => console.text("removed").end_line(),
            Err(fault) => tell(board, fault),
        },
        user => {
            let verdict = lock.answer(number(user), rest, now, draw);
            answer(board, verdict);
        }
    }
}

/// A user's number; 0, which nobody has, for what is none.
fn number(text: &str) -> u8 {
    text.parse().unwrap_or(0)
}

fn show(board: &mut Board, associated: &Associated) {
    board.console.text("secret ").text(associated.secret.to_base32().as_str()).end_line();
    for code in associated.recovery_codes.iter() {
        board.console.text("recovery code ").text(code.text().as_str()).end_line();
    }
}

/// The door opens for nothing else than a verdict that is stored.
fn answer(board: &mut Board, verdict: Result<Verdict, Fault>) {
    match verdict {
        Ok(Verdict::Accepted(grant)) => {
            let Ok(()) = board.latch.set_high();
            board.console.text("open").end_line();
            if let Some(code) = grant.recovery_code() {
                board.console.text("recovery code ").text(code.text().as_str()).end_line();
            }
            board.delay.delay_ms(PULSE);
            let Ok(()) = board.latch.set_low();
        }
        Ok(Verdict::Rejected { locked_until: Some(until), .. }) => {
            board.console.text("wrong, locked until ").number(until).end_line();
        }
        Ok(_) => board.console.text("wrong").end_line(),
        Err(fault) => tell(board, fault),
    }
}

fn tell(board: &mut Board, fault: Fault) {
    let console = &mut board.console;
    match fault {
        Fault::Refused(Refused::Locked { until }) => console.text("locked until ").number(until),
        Fault::NoSuchUser | Fault::Refused(Refused::NotEnrolled) => console.text("no such user"),
        Fault::Refused(Refused::AlreadyEnrolled) => console.text("enrolled already"),
        Fault::Refused(Refused::NothingPending) => console.text("nothing to confirm"),
        Fault::Refused(Refused::MalformedCode(_) | Refused::MalformedRecoveryCode(_)) => {
            console.text("not a code")
        }
        Fault::Refused(_) => console.text("refused"),
        Fault::Flash => console.text("the flash fails"),
        Fault::NoEntropy => console.text("no entropy"),
    };
    console.end_line();
}
