//! What people type and ask for: what devices show and what was sent, or nearly that.

use super::input::Input;
use super::prover::{Factor, Prover};
use super::request::{Act, Answer, OcraText};
use super::waiting::Message;
use super::world::World;
use mfa_core::*;

pub fn id(input: &mut Input<'_>, world: &World) -> AuthenticatorId {
    match input.u8() {
        0..200 => input.recent(&world.model.provers).map(|prover| prover.id),
        _ => None,
    }
    .unwrap_or_else(|| input.pick(&world.ids))
}

/// What a prover shows, near its present moving factor or a little off; or what was shown
/// before; or nonsense.
pub fn code(input: &mut Input<'_>, world: &World) -> String {
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

pub fn recovery_code(input: &mut Input<'_>, world: &World) -> String {
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

pub fn resynchronize(input: &mut Input<'_>, world: &World) -> Act {
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

/// What somebody does with messages and questions.
pub fn waiting(choice: u8, input: &mut Input<'_>, world: &World) -> Act {
    match choice {
        0..8 => Act::AssociateOver(channel(input), input.pick(&["", "XXXXXXXX9167"])),
        8..20 => challenge(input, world),
        20..32 => Act::Respond(sent(input, world)),
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
        42..47 => Act::Respond(collected(input, world)),
        47..53 => Act::Ask(id_of(input, world, |one| matches!(one.factor, Factor::Ocra(..)))),
        53..60 => Act::Respond(Answer::Ocra(ocra_answer(input, world))),
        _ => Act::Confirm(Answer::Ocra(ocra_answer(input, world))),
    }
}

/// An answer of any kind.
pub fn answer(input: &mut Input<'_>, world: &World) -> Answer {
    match input.u8() {
        0..130 => Answer::Otp(code(input, world)),
        130..150 => Answer::OtpOf(id(input, world), code(input, world)),
        150..190 => sent(input, world),
        190..220 => collected(input, world),
        220..245 => Answer::Ocra(ocra_answer(input, world)),
        _ => Answer::Recovery(recovery_code(input, world)),
    }
}

/// A code for a message, seldom one that asked a device.
fn sent(input: &mut Input<'_>, world: &World) -> Answer {
    let of_device = input.u8() < 20;
    let message = message(input, world, |over| (over == Channel::Push) == of_device);
    let code = match (input.u8(), &message) {
        (0..110, Some(message)) => message.code.clone(),
        (110..220, Some(message)) => wrong(&message.code),
        _ => input.pick(&["", "12345", "123456a", "12 34 56 7", "0000000"]).to_owned(),
    };
    Answer::OutOfBand(name(message), code)
}

/// A look whether a device has answered; seldom whether a phone has.
fn collected(input: &mut Input<'_>, world: &World) -> Answer {
    let of_device = input.u8() >= 20;
    Answer::Push(name(message(input, world, |over| (over == Channel::Push) == of_device)))
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
