//! What people and clocks do next, chosen by the bytes: mostly what makes sense, else what
//! should not work.

use super::input::Input;
use super::request::{Act, Answer, Request};
use super::typed::{answer, code, id, recovery_code, resynchronize, waiting};
use super::world::World;
use mfa_core::*;
use std::num::NonZeroU64;

/// Whether this build computes SHA-2.
fn has_sha2() -> bool {
    let secret = Secret::from_bytes(&[1]).unwrap();
    Hotp::new(&secret, Algorithm::Sha256, Format::default()).is_ok()
}

/// Policies that share their budgets, and are small enough for their ends to be met.
pub fn policies() -> Vec<Policy> {
    let bucket = |capacity, period| Bucket { capacity, period };
    let (fast, reserve) = (bucket(4, 360), bucket(2, 25_200));
    let limits = |slow| Limits { fast, slow, reserve };
    let messages = bucket(6, 120);
    let usual = PolicySettings {
        resync_range: 30,
        failure_cap: 3,
        otp: limits(bucket(5, 25_200)),
        out_of_band: Limits { fast: bucket(2, 360), ..limits(bucket(5, 25_200)) },
        recovery: limits(bucket(5, 25_200)),
        sending: Sending { phone: messages, email: messages, push: messages },
        guesses: 2,
        ..*Policy::AUTH0.settings()
    };
    let none = PolicySettings { recovery_codes: 0, ..usual };
    let channels = Channels::of(&[Channel::Sms, Channel::Push]);
    let mut settings = vec![none, PolicySettings { channels, ..none }];
    if has_sha2() {
        let sheet = PolicySettings { replace_used_recovery_code: false, twins: false, ..usual };
        let strict = PolicySettings { past: 0, future: 0, max_drift: 1, channels, ..usual };
        let strict = PolicySettings { replace_used_recovery_code: false, ..strict };
        let lax = PolicySettings {
            challenge_life: 30,
            out_of_band_digits: 9,
            max_drift: 0,
            past: 3,
            future: 2,
            look_ahead: 2,
            resync_range: 3,
            ..usual
        };
        let patient = PolicySettings { failure_cap: 100, pending_life: 60, guesses: 3, ..usual };
        settings = vec![
            usual,
            PolicySettings { recovery_codes: 2, ..sheet },
            PolicySettings { recovery_codes: 2, min_secret_bits: 160, ..strict },
            lax,
            patient,
            PolicySettings { recovery_codes: 3, ..usual },
            none,
        ];
    }
    settings.into_iter().map(|settings| Policy::new(settings).unwrap()).collect()
}

/// What the clock shows next. At 27322110, the standard's test key gives two steps of one
/// window the same code; so it does for the counters 910737 and 910738.
pub fn time(input: &mut Input<'_>, now: u64) -> u64 {
    const FORTH: [u64; 9] = [30, 1, 30, 30, 60, 360, 600, 25_200, 31_536_000];
    const BACK: [u64; 5] = [1, 30, 90, 360, 100_000];
    const TO: [u64; 6] = [1_700_000_000, 27_322_110, 4_607_040, 0, 100, u64::MAX - 1_000];
    match input.u8() {
        0..200 => now.saturating_add(input.pick(&FORTH)),
        200..235 => now.saturating_sub(input.pick(&BACK)),
        _ => input.pick(&TO),
    }
}

pub fn request(input: &mut Input<'_>, world: &mut World) -> Request {
    let act = act(input, world);
    let mut ticket = ticket(input, world);
    match (&act, input.u8()) {
        // Other tickets are challenged too.
        (Act::Challenge(..), other @ 60..) => {
            let id = TicketId::from_bytes([other % 8; 16]);
            ticket = Ticket::from_parts(TicketParts { id, ..*ticket.parts() });
        }
        (_, 0..200) => ticket = meant(*ticket.parts(), &act, world),
        _ => {}
    }
    let mut entropy = world.roll();
    match input.u8() {
        0..245 => {}
        245 => entropy.fill(0),
        short => entropy.truncate(usize::from(short - 246) * 9),
    }
    Request { ticket, act, entropy }
}

/// The ticket that something is for.
pub fn meant(mut parts: TicketParts, act: &Act, world: &World) -> Ticket {
    let mut provers = world.model.provers.iter();
    let by = match act {
        Act::Confirm(_) => {
            return super::owner::the_one_that_associated(parts, world);
        }
        Act::Ask(id) if provers.any(|one| one.id == *id && one.is_pending()) => {
            return super::owner::the_one_that_associated(parts, world);
        }
        Act::Challenge(id, over) => {
            let mut reached = provers.filter(|one| one.id == *id && one.channel() == Some(*over));
            let messages = reached.next().map(|one| &one.messages);
            messages.and_then(|all| all.iter().rfind(|one| one.waits(world.now))).map(|one| one.by)
        }
        Act::Respond(Answer::OutOfBand(id, _) | Answer::Push(id)) => {
            let mut messages = provers.flat_map(|one| &one.messages);
            messages.find(|message| message.id == *id).map(|message| message.by)
        }
        Act::Respond(Answer::Ocra(answer)) => {
            let mut asked = provers.flat_map(|one| &one.questions).flat_map(|one| &one.asked);
            asked.find(|(_, id, _)| *id == answer.challenge).map(|(by, ..)| *by)
        }
        _ => None,
    };
    parts.id = by.unwrap_or(parts.id);
    Ticket::from_parts(parts)
}

/// A ticket that somebody holds; now and then one that nobody should have.
fn ticket(input: &mut Input<'_>, world: &World) -> Ticket {
    let blank = super::owner::ticket(world, Authority::FirstFactor);
    let mut parts = input.recent(&world.tickets).map_or(blank, |held| *held.parts());
    match input.u8() {
        0..80 => {}
        80..224 => {
            // One that is valid now.
            (parts.issued, parts.expires) = (blank.issued, blank.expires);
            parts.generation = blank.generation;
            match input.u8() {
                0..96 => {}
                96..144 => parts.authority = Authority::Verified,
                144..192 => parts.authority = Authority::Administrator,
                192..224 => parts.familiar = true,
                224..240 => parts.authority = Authority::FirstFactor,
                _ => parts = blank,
            }
        }
        224..228 => parts.generation = world.model.generation,
        228..232 => parts.generation = parts.generation.saturating_add(1),
        232..236 => parts.generation = parts.generation.saturating_sub(1),
        236..240 => parts.scopes = Scopes::from_bits(input.u8() % 8).unwrap(),
        240..243 => parts.issued = world.now.saturating_add(60),
        243..246 => parts.issued = world.now.saturating_add(61),
        246..248 => parts.expires = world.now,
        248..250 => parts.expires = u64::MAX,
        250..252 => parts.account = AccountId::from_bytes([2; 16]),
        252..254 => parts.record = RecordId::from_bytes([2; 16]),
        _ => parts.id = TicketId::from_bytes([input.u8(); 16]),
    }
    Ticket::from_parts(parts)
}

fn act(input: &mut Input<'_>, world: &World) -> Act {
    let labels = ["phone", "", "Ann\u{2019}s t\u{f6}ken"];
    let choice = input.u8();
    if choice >= 192 {
        return waiting(choice - 192, input, world);
    }
    match choice % 32 {
        0..4 => Act::Associate(kind(input), input.pick(&labels)),
        4..7 => {
            let keys: [&[u8]; 6] = [
                b"12345678901234567890",
                b"21 characters of text",
                b"weak",
                b"another twenty bytes",
                b"12345678901234567890",
                &[7; 65],
            ];
            Act::Import(kind(input), input.pick(&keys), input.pick(&labels))
        }
        7..12 => Act::Confirm(answer(input, world)),
        12..18 => Act::Respond(Answer::Otp(code(input, world))),
        18..20 => Act::Respond(Answer::OtpOf(id(input, world), code(input, world))),
        20..23 => Act::Respond(Answer::Recovery(recovery_code(input, world))),
        23 => Act::Remove(id(input, world)),
        24 | 25 => Act::Rebind(id(input, world)),
        26 => Act::Regenerate,
        27 | 28 => resynchronize(input, world),
        29 => Act::Unlock(input.pick(&[Class::Otp, Class::Recovery, Class::OutOfBand])),
        30 => input.pick(&[Act::Restored, Act::Reset, Act::Restored]),
        _ => Act::Respond(Answer::OtpOf(id(input, world), code(input, world))),
    }
}

pub fn kind(input: &mut Input<'_>) -> NewAuthenticator {
    let decimal = |digits| Format::Decimal(Digits::new(digits).unwrap());
    let steps = |period, t0| TimeSteps::new(NonZeroU64::new(period).unwrap(), t0);
    let totp = TotpParameters::default();
    let hotp = HotpParameters::default();
    let (long, two) = match has_sha2() {
        true => (Algorithm::Sha512, Algorithm::Sha256),
        false => (Algorithm::Sha1, Algorithm::Sha1),
    };
    input.pick(&[
        NewAuthenticator::Totp(totp),
        NewAuthenticator::Hotp(hotp, 0),
        NewAuthenticator::Hotp(hotp, 910_737),
        NewAuthenticator::Hotp(hotp, u64::MAX - 1),
        NewAuthenticator::Totp(TotpParameters { algorithm: long, format: decimal(8), ..totp }),
        NewAuthenticator::Totp(TotpParameters { format: Format::Steam, ..totp }),
        NewAuthenticator::Totp(TotpParameters { algorithm: two, steps: steps(60, 17), ..totp }),
        NewAuthenticator::Totp(TotpParameters { steps: steps(1, 1_600_000_000), ..totp }),
        NewAuthenticator::Totp(TotpParameters { steps: steps(3_601, 0), ..totp }),
        NewAuthenticator::Totp(TotpParameters { steps: steps(3_600, 0), ..totp }),
        NewAuthenticator::Hotp(HotpParameters { format: Format::Steam, ..hotp }, 0),
        NewAuthenticator::Hotp(HotpParameters { algorithm: two, format: decimal(9) }, 1 << 40),
        NewAuthenticator::Hotp(hotp, u64::MAX),
        ocra("OCRA-1:HOTP-SHA1-6:C-QN08", 0),
        ocra("OCRA-1:HOTP-SHA1-7:QN08-T1M", 0),
        ocra(if has_sha2() { "OCRA-1:HOTP-SHA256-8:QA16" } else { "OCRA-1:HOTP-SHA1-8:QA16" }, 0),
        ocra("OCRA-1:HOTP-SHA1-9:C-QH16-PSHA1-S064", 1 << 40),
        ocra("OCRA-1:HOTP-SHA1-6:C-QN08", u64::MAX),
        ocra("OCRA-1:HOTP-SHA1-4:QA16", 0),
        ocra("OCRA-1:HOTP-SHA1-6:QN08", 0),
        ocra("OCRA-1:HOTP-SHA1-6:QN08-T48H", 0),
    ])
}

fn ocra(suite: &str, counter: u64) -> NewAuthenticator {
    NewAuthenticator::Ocra(ocra::Suite::parse(suite).unwrap(), counter)
}
