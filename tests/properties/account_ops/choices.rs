//! What people and clocks do next, chosen by the bytes: mostly what makes sense, else what
//! should not work.

use super::input::Input;
use super::prover::Prover;
use super::request::{Act, Request};
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
    let usual = PolicySettings {
        resync_range: 30,
        failure_cap: 3,
        otp: limits(bucket(5, 25_200)),
        recovery: limits(bucket(5, 25_200)),
        ..*Policy::AUTH0.settings()
    };
    let none = PolicySettings { recovery_codes: 0, ..usual };
    let mut settings = vec![none];
    if has_sha2() {
        let sheet = PolicySettings { replace_used_recovery_code: false, ..usual };
        let strict = PolicySettings { past: 0, future: 0, max_drift: 1, ..sheet };
        let lax = PolicySettings {
            max_drift: 0,
            past: 3,
            future: 2,
            look_ahead: 2,
            resync_range: 3,
            ..usual
        };
        let patient = PolicySettings { failure_cap: 100, pending_life: 60, ..usual };
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
    if matches!(act, Act::Confirm(_)) && input.u8() < 200 {
        ticket = super::owner::the_one_that_associated(*ticket.parts(), world);
    }
    let mut entropy = world.roll();
    match input.u8() {
        0..245 => {}
        245 => entropy.fill(0),
        short => entropy.truncate(usize::from(short - 246) * 9),
    }
    Request { ticket, act, entropy }
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
    match input.u8() % 32 {
        0..4 => Act::Associate(kind(input), input.pick(&labels)),
        4..7 => {
            let keys: [&[u8]; 5] = [
                b"12345678901234567890",
                b"21 characters of text",
                b"weak",
                b"another twenty bytes",
                b"12345678901234567890",
            ];
            Act::Import(kind(input), input.pick(&keys), input.pick(&labels))
        }
        7..12 => Act::Confirm(code(input, world)),
        12..18 => Act::Otp(code(input, world)),
        18..20 => Act::OtpOf(id(input, world), code(input, world)),
        20..23 => Act::Recovery(recovery_code(input, world)),
        23 => Act::Remove(id(input, world)),
        24 | 25 => Act::Rebind(id(input, world)),
        26 => Act::Regenerate,
        27 | 28 => resynchronize(input, world),
        29 => Act::Unlock(input.pick(&[Class::Otp, Class::Recovery])),
        30 => input.pick(&[Act::Restored, Act::Reset, Act::Restored]),
        _ => Act::OtpOf(id(input, world), code(input, world)),
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
    ])
}

fn id(input: &mut Input<'_>, world: &World) -> AuthenticatorId {
    match input.u8() {
        0..200 => input.recent(&world.model.provers).map(|prover| prover.id),
        _ => None,
    }
    .unwrap_or_else(|| input.pick(&world.ids))
}

/// What a prover shows, near its present moving factor or a little off; or what was shown
/// before; or nonsense.
fn code(input: &mut Input<'_>, world: &World) -> String {
    const NONSENSE: [&str; 8] =
        ["", "12345", "+12345", "12345a", "１２３４５６", "1234567", "-123456", "12 34 5\u{0}"];
    let code = match (input.u8(), input.recent(&world.model.provers)) {
        (0..140, Some(prover)) => shown(&prover, world, 0),
        (140..205, Some(prover)) => shown(&prover, world, i64::from(input.u8() % 11) - 4),
        (205..225, _) => input.pick(&["000000", "00000000", "22222"]).to_owned(),
        (225..240, _) => input.recent(&world.presented).unwrap_or_default(),
        _ => input.pick(&NONSENSE).to_owned(),
    };
    match (input.u8(), code.split_at_checked(3)) {
        (200..215, Some((head, tail))) => format!("{head} {tail}"),
        (215..230, Some((head, tail))) => format!("{head}-{tail}"),
        (230..245, _) => format!(" {code}\n"),
        (245.., _) => code.to_lowercase(),
        _ => code,
    }
}

pub fn shown(prover: &Prover, world: &World, offset: i64) -> String {
    let present = prover.present(&world.cx()).unwrap_or(u64::MAX);
    prover.code(present.saturating_add_signed(offset))
}

fn recovery_code(input: &mut Input<'_>, world: &World) -> String {
    let wrong = ["0000-0000-0000-0000-0000-0001", "0", "UUUU", "0000000000000000000000001"];
    let code = match (input.u8(), input.recent(&world.recovery_codes)) {
        (0..200, Some(code)) => code,
        _ => input.pick(&wrong).to_owned(),
    };
    match input.u8() {
        0..200 => code,
        200..230 => code.to_lowercase().replace('0', "o").replace('1', "l"),
        _ => format!(" {}", code.replace('A', "A -")),
    }
}

fn resynchronize(input: &mut Input<'_>, world: &World) -> Act {
    let id = id(input, world);
    let Some(prover) = world.model.provers.iter().find(|prover| prover.id == id) else {
        return Act::Resynchronize(id, ["000000".to_owned(), "000001".to_owned()], None);
    };
    let start = match input.u8() {
        near @ 0..128 => i64::from(near % 32) - 4,
        far => i64::from(far % 80) - 40,
    };
    let mut codes: [String; 3] = core::array::from_fn(|n| shown(prover, world, start + n as i64));
    match input.u8() {
        0..200 => {}
        200..220 => codes.reverse(),
        220..240 => codes[1] = codes[0].clone(),
        _ => codes[2] = code(input, world),
    }
    let [first, second, third] = codes;
    let third = (input.u8() % 2 == 1).then_some(third);
    Act::Resynchronize(id, [first, second], third)
}
