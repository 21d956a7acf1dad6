//! What the lock takes, without its keypad: enrolling, opening by codes and by the recovery
//! code, and the log in flash.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::flash::{Flash, PAGE, xorshift};
use firmware::lock::Lock;
use firmware::{Board, Outcome, cpu};
use mfa_core::{Totp, Verdict};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    let mut lock = Lock::new(Flash::new([0xFF; 4 * PAGE])).ok_or("the flash is too small")?;
    let mut state = 1;
    let draw = &mut || {
        Some(core::array::from_fn(|_| {
            state = xorshift(state);
            state as u8
        }))
    };
    let (mut peak, now) = (0, 1_700_000_000);
    let mut enrolled = None;
    peak = peak.max(cpu::stack(|| enrolled = lock.enroll(1, now, draw).ok()));
    let (associated, ticket) = enrolled.ok_or("no enrollment")?;
    let totp = Totp::from(&associated.secret);
    let recovery = associated.recovery_codes.iter().next().ok_or("no recovery code")?.text();
    let mut verdict = None;
    let code = totp.code(now).text();
    peak = peak.max(cpu::stack(|| verdict = lock.confirm(1, &ticket, code.as_str(), now).ok()));
    accepted(verdict)?;
    for (later, code) in
        [(now + 60, totp.code(now + 60).text().as_str()), (now + 60, recovery.as_str())]
    {
        let mut verdict = None;
        peak = peak.max(cpu::stack(|| verdict = lock.answer(1, code, later, draw).ok()));
        accepted(verdict)?;
    }
    board.console.text("stack 0x").hex(&(peak as u32).to_be_bytes()).end_line();
    Ok(())
}

fn accepted(verdict: Option<Verdict>) -> Outcome {
    match verdict {
        Some(Verdict::Accepted(_)) => Ok(()),
        _ => Err("a right code is rejected"),
    }
}
