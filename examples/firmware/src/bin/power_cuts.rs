//! Cuts the power in the middle of every write and every erasure of a lock's flash, and of
//! some again while it starts anew: no code is accepted twice, no account is lost.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::flash::{Cells, Flash, PAGE, xorshift};
use firmware::lock::{Fault, Lock};
use firmware::{Board, HostFile, Outcome};
use mfa_core::{CodeText, RecoveryCodeText, Refused, Secret, Ticket, Totp, Verdict};

firmware::program!(run);

/// So small that pages are turned over and erased all the time.
type Pages = [u8; 3 * PAGE];

/// What users 1 and 2 do, one after the other.
const ACTS: [(u8, Act); 14] = [
    (1, Act::Enroll),
    (1, Act::Confirm),
    (1, Act::Code),
    (1, Act::Wrong),
    (2, Act::Enroll),
    (2, Act::Enroll),
    (2, Act::Wrong),
    (2, Act::Confirm),
    (1, Act::Code),
    (2, Act::Code),
    (1, Act::Recovery),
    (2, Act::Code),
    (1, Act::Recovery),
    (1, Act::Code),
];

#[derive(Clone, Copy, PartialEq)]
enum Act {
    Enroll,
    Confirm,
    Code,
    Wrong,
    Recovery,
}

fn run(board: &mut Board) -> Outcome {
    let mut flash = Flash::new([0xFF; size_of::<Pages>()]);
    let mut users = [User::default(), User::default()];
    // A small board has no memory for two copies.
    let mut saved = HostFile::open(c"power_cuts.bin", size_of::<Pages>()).ok_or("no file")?;
    let (mut cuts, mut now) = (0, 1_700_000_000);
    for (number, act) in (1..).zip(ACTS) {
        now += 60;
        copy(flash.cells(), &mut saved)?;
        for point in 0.. {
            let mut told = users.clone();
            flash.restart();
            copy(&mut saved, flash.cells())?;
            flash.fail_at(point, number + 31 * point);
            let done = do_act(&mut open(&mut flash)?, &mut told, act, now, number)?;
            match (flash.has_power(), done) {
                // The power did not fail until it was done: on to the next act.
                (true, Done::Yes) => {
                    users = told;
                    break;
                }
                (true, Done::No) => return Err("what is right is not done"),
                (false, Done::Yes) => return Err("it is said to be done, without power"),
                (false, Done::No) => {}
            }
            restart(&mut flash, point, now)?;
            let mut lock = open(&mut flash)?;
            for (name, user) in (1..).zip(&users) {
                survives(&mut lock, name, user, (act.0 == name).then_some(act.1), now)?;
            }
            cuts += 1;
        }
    }
    board.console.number(cuts).text(" power cuts: nothing is lost, and no code accepted twice");
    board.console.end_line();
    Ok(())
}

fn open(flash: &mut Flash<Pages>) -> Result<Lock<&mut Flash<Pages>>, &'static str> {
    Lock::new(flash).ok_or("the flash is too small")
}

/// Gives power again. Every third time it fails once more, while the lock puts right what the
/// first failure left.
fn restart(flash: &mut Flash<Pages>, point: u32, now: u64) -> Outcome {
    flash.restart();
    if point.is_multiple_of(3) {
        flash.fail_at(point % 97, !point);
        for name in [1, 2] {
            if let Ok(Verdict::Accepted(_)) =
                open(flash)?.answer(name, "000000", now, &mut draw(!0))
            {
                return Err("a wrong code is accepted");
            }
        }
        flash.restart();
    }
    Ok(())
}

fn copy(from: &mut impl Cells, to: &mut impl Cells) -> Outcome {
    let mut piece = [0; 64];
    let copied = (0..size_of::<Pages>())
        .step_by(piece.len())
        .all(|at| from.get(at, &mut piece) && to.put(at, &piece));
    if copied { Ok(()) } else { Err("the file is not read or written") }
}

/// What a user was told.
#[derive(Clone, Default)]
struct User {
    secret: Option<Secret>,
    recovery: Option<RecoveryCodeText>,
    ticket: Option<Ticket>,
    is_enrolled: bool,
    /// A code that was accepted.
    accepted: Option<CodeText>,
}

#[derive(PartialEq)]
enum Done {
    Yes,
    No,
}

/// Whether a user finds the lock as they were told.
fn survives(
    lock: &mut Lock<&mut Flash<Pages>>,
    name: u8,
    user: &User,
    act: Option<Act>,
    now: u64,
) -> Outcome {
    let is_enrolled = lock.is_enrolled(name).map_err(|_| "a record does not load")?;
    if user.is_enrolled && !is_enrolled {
        return Err("an account is lost");
    }
    let draw = &mut draw(u32::MAX);
    let mut answer = |code: &str, now| match lock.answer(name, code, now, draw) {
        Ok(Verdict::Accepted(_)) => Ok(true),
        Ok(_) => Ok(false),
        Err(Fault::Refused(Refused::NotEnrolled) | Fault::NoSuchUser) => Ok(false),
        Err(_) => Err("a code is not evaluated"),
    };
    if let Some(used) = &user.accepted
        && answer(used.as_str(), now)?
    {
        return Err("a code is accepted twice");
    }
    let Some(secret) = &user.secret else { return Ok(()) };
    // The code that was shown when the power failed may work, or be burnt.
    let shown = code(secret, now);
    if answer(shown.as_str(), now)? && answer(shown.as_str(), now)? {
        return Err("a code is accepted twice after a failure");
    }
    if let (Some(Act::Recovery), Some(recovery)) = (act, &user.recovery)
        && answer(recovery.as_str(), now)?
        && answer(recovery.as_str(), now)?
    {
        return Err("a recovery code is accepted twice after a failure");
    }
    for later in [now + 90, now + 180] {
        if is_enrolled && !answer(code(secret, later).as_str(), later)? {
            return Err("a fresh code is rejected");
        }
    }
    Ok(())
}

/// What a user does with the lock, and remembers.
fn do_act(
    lock: &mut Lock<&mut Flash<Pages>>,
    users: &mut [User; 2],
    (name, act): (u8, Act),
    now: u64,
    number: u32,
) -> Result<Done, &'static str> {
    let user = users.get_mut(usize::from(name) - 1).ok_or("there are two users")?;
    let draw = &mut draw(number);
    let verdict = match act {
        Act::Enroll => match lock.enroll(name, now, draw) {
            Ok((associated, ticket)) => {
                user.ticket = Some(ticket);
                user.recovery = associated.recovery_codes.iter().next().map(|code| code.text());
                user.secret = Some(associated.secret);
                return Ok(Done::Yes);
            }
            Err(_) => return Ok(Done::No),
        },
        Act::Confirm => {
            let ticket = user.ticket.as_ref().ok_or("no ticket")?;
            lock.confirm(name, ticket, code(secret(user)?, now).as_str(), now)
        }
        Act::Code => lock.answer(name, code(secret(user)?, now).as_str(), now, draw),
        Act::Wrong => {
            return Ok(match lock.answer(name, "000000", now, draw) {
                Ok(Verdict::Accepted(_)) => return Err("a wrong code is accepted"),
                Ok(_) | Err(Fault::Refused(Refused::NotEnrolled)) => Done::Yes,
                Err(_) => Done::No,
            });
        }
        Act::Recovery => {
            let recovery = user.recovery.clone().ok_or("no recovery code")?;
            lock.answer(name, recovery.as_str(), now, draw)
        }
    };
    match verdict {
        Ok(Verdict::Accepted(grant)) => {
            user.is_enrolled = true;
            match act {
                Act::Recovery => user.recovery = grant.recovery_code().map(|code| code.text()),
                _ => user.accepted = Some(code(secret(user)?, now)),
            }
            Ok(Done::Yes)
        }
        Ok(_) => Err("a right code is rejected"),
        Err(_) => Ok(Done::No),
    }
}

fn secret(user: &User) -> Result<&Secret, &'static str> {
    user.secret.as_ref().ok_or("no secret")
}

fn code(secret: &Secret, now: u64) -> CodeText {
    Totp::from(secret).code(now).text()
}

/// Bytes as they come from a generator, but the same in every run.
fn draw(seed: u32) -> impl FnMut() -> Option<[u8; 64]> {
    let mut state = seed;
    move || {
        Some(core::array::from_fn(|_| {
            state = xorshift(state);
            state as u8
        }))
    }
}
