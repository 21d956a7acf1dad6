//! What people and clocks do next, chosen by the bytes: mostly what makes sense, else what
//! should not work.

use super::input::Input;
use super::prover::{Factor, Prover};
use super::request::{Act, OcraText, Request};
use super::waiting::Message;
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
    let messages = bucket(4, 120);
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
    let mut settings = vec![none];
    if has_sha2() {
        let sheet = PolicySettings { replace_used_recovery_code: false, twins: false, ..usual };
        let channels = Channels::of(&[Channel::Sms, Channel::Push]);
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
    if input.u8() < 200 {
        ticket = meant(*ticket.parts(), &act, world);
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
        Act::Confirm(_) | Act::ConfirmOcra(_) => {
            return super::owner::the_one_that_associated(parts, world);
        }
        Act::Ask(id) if provers.any(|one| one.id == *id && one.is_pending()) => {
            return super::owner::the_one_that_associated(parts, world);
        }
        Act::OutOfBand(id, _) | Act::Push(id) => {
            let mut messages = provers.flat_map(|one| &one.messages);
            messages.find(|message| message.id == *id).map(|message| message.by)
        }
        Act::Ocra(answer) => {
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
        7..12 => Act::Confirm(code(input, world)),
        12..18 => Act::Otp(code(input, world)),
        18..20 => Act::OtpOf(id(input, world), code(input, world)),
        20..23 => Act::Recovery(recovery_code(input, world)),
        23 => Act::Remove(id(input, world)),
        24 | 25 => Act::Rebind(id(input, world)),
        26 => Act::Regenerate,
        27 | 28 => resynchronize(input, world),
        29 => Act::Unlock(input.pick(&[Class::Otp, Class::Recovery, Class::OutOfBand])),
        30 => input.pick(&[Act::Restored, Act::Reset, Act::Restored]),
        _ => Act::OtpOf(id(input, world), code(input, world)),
    }
}

/// What somebody does with messages and questions.
fn waiting(choice: u8, input: &mut Input<'_>, world: &World) -> Act {
    match choice {
        0..8 => Act::AssociateOver(channel(input), input.pick(&["", "XXXXXXXX9167"])),
        8..20 => challenge(input, world),
        20..32 => {
            let message = message(input, world, |over| over != Channel::Push);
            let code = match (input.u8(), &message) {
                (0..110, Some(message)) => message.code.clone(),
                (110..220, Some(message)) => wrong(&message.code),
                _ => input.pick(&["", "12345", "123456a", "12 34 56 7", "0000000"]).to_owned(),
            };
            Act::OutOfBand(name(message), code)
        }
        32..42 => {
            let message = message(input, world, |over| over == Channel::Push);
            let number = match (input.u8(), &message) {
                (0..100, Some(message)) => Some(message.code.clone()),
                (100..190, Some(message)) => Some(wrong(&message.code)),
                (190..210, _) => Some("12a4".to_owned()),
                _ => None,
            };
            Act::AnswerPush(name(message), number)
        }
        42..47 => Act::Push(name(message(input, world, |over| over == Channel::Push))),
        47..53 => Act::Ask(id_of(input, world, |one| matches!(one.factor, Factor::Ocra(..)))),
        53..60 => Act::Ocra(ocra_answer(input, world)),
        _ => Act::ConfirmOcra(ocra_answer(input, world)),
    }
}

fn channel(input: &mut Input<'_>) -> Channel {
    input.pick(&[Channel::Sms, Channel::Push, Channel::Voice, Channel::Email])
}

fn challenge(input: &mut Input<'_>, world: &World) -> Act {
    let reached: Vec<_> =
        world.model.provers.iter().filter(|one| one.channel().is_some()).collect();
    match input.recent(&reached) {
        Some(one) if input.u8() < 230 => Act::Challenge(one.id, one.channel().unwrap()),
        _ => Act::Challenge(id(input, world), channel(input)),
    }
}

fn message(
    input: &mut Input<'_>,
    world: &World,
    over: impl Fn(Channel) -> bool,
) -> Option<Message> {
    let provers = world.model.provers.iter().filter(|one| one.channel().is_some_and(&over));
    let messages: Vec<_> = provers.flat_map(|one| one.messages.clone()).collect();
    let waiting: Vec<_> = messages.iter().filter(|one| one.waits(world.now)).cloned().collect();
    match input.u8() {
        0..200 => input.recent(&waiting),
        _ => input.recent(&messages),
    }
}

fn name(message: Option<Message>) -> ChallengeId {
    message.map_or(ChallengeId::from_bytes([1; 10]), |message| message.id)
}

/// A code that differs in the last digit.
pub fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &code[..code.len() - 1])
}

fn id_of(
    input: &mut Input<'_>,
    world: &World,
    is_meant: impl Fn(&Prover) -> bool,
) -> AuthenticatorId {
    let meant: Vec<_> = world.model.provers.iter().filter(|one| is_meant(one)).collect();
    match input.recent(&meant) {
        Some(one) if input.u8() < 230 => one.id,
        _ => id(input, world),
    }
}

/// A response to one of the last questions, right or nearly.
fn ocra_answer(input: &mut Input<'_>, world: &World) -> OcraText {
    let tokens = world.model.provers.iter().filter(|one| matches!(one.factor, Factor::Ocra(..)));
    let asked = |one: &Prover| one.questions.last().map_or(Vec::new(), |last| last.asked.clone());
    let asked: Vec<_> =
        tokens.flat_map(|one| asked(one).into_iter().map(move |told| (one, told))).collect();
    let Some((token, (_, challenge, question))) = input.recent(&asked) else {
        let challenge = ChallengeId::from_bytes([1; 10]);
        return OcraText { challenge, text: "123456".to_owned(), pin: None, session: None };
    };
    let offset = input.pick(&[0, 0, 0, 1, -1, 2]);
    let mut answer = response(token, challenge, &question, world, offset);
    match input.u8() {
        0..200 => {}
        200..225 => answer.text = wrong(&answer.text),
        225..230 => answer.text = "12345".to_owned(),
        230..235 => answer.challenge = ChallengeId::from_bytes([1; 10]),
        235..240 => answer.pin = input.pick(&[None, Some("4321")]),
        _ => answer.session = input.pick(&[None, Some(b""), Some(&[7; 65])]),
    }
    answer
}

/// What a token shows for a question, and what else its suite has.
pub fn response(
    token: &Prover,
    challenge: ChallengeId,
    question: &str,
    world: &World,
    offset: i64,
) -> OcraText {
    let Factor::Ocra(suite, _) = &token.factor else { panic!("{:?}", token.factor) };
    let mut answer = OcraText {
        challenge,
        text: String::new(),
        pin: suite.pin().map(|_| "1234"),
        session: suite.session_len().map(|_| &b"session"[..]),
    };
    let present = token.present(&world.cx()).unwrap_or(u64::MAX);
    answer.text = token.response(question, &answer, present.saturating_add_signed(offset));
    answer
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
    if !prover.has_codes() {
        return "000000".to_owned();
    }
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
