//! What the worlds share: time, policy, devices and their codes, random bytes.

use mfa_core::{
    AccountId, Algorithm, Bucket, Entropy, Format, Hotp, HotpParameters, Limits, NewAuthenticator,
    Policy, PolicySettings, RecordId, RecoveryCode, Secret, Sending, TotpParameters, ocra,
};

/// Four slots, so that two numbers fit with their twins; one recovery code.
pub type Record = mfa_core::Account<4, 1>;

pub const ACCOUNT: AccountId = AccountId::from_bytes(*b"the only account");
pub const RECORD: RecordId = RecordId::from_bytes(*b"its only record.");

/// Seconds in a time step.
pub const STEP: u64 = 30;

/// The time step at which the worlds' clocks stand at 0.
pub const FIRST_STEP: u64 = 56_666_667;

/// The time of day when the worlds' clocks stand at `clock` steps.
pub const fn time(clock: u64) -> u64 {
    (FIRST_STEP + clock) * STEP
}

/// Of the fast bucket: a unit comes back every other step.
pub const FAST: Bucket = Bucket { capacity: 2, period: 60 };

/// Of the slow bucket: nothing comes back within the life of a world.
pub const SLOW: Bucket = Bucket { capacity: 3, period: 7 * 3600 };

/// What familiar devices pay from when the others have nothing left.
pub const RESERVE: Bucket = Bucket { capacity: 1, period: 7 * 3600 };

/// Of messages over each channel.
pub const MESSAGES: Bucket = Bucket { capacity: 5, period: 60 };

/// How long what was sent or asked can be answered, in seconds: three steps.
pub const CHALLENGE_LIFE: u32 = 90;

/// How many wrong codes end a challenge.
pub const GUESSES: u8 = 2;

/// Small numbers, so that every limit is met within a few answers.
pub fn policy() -> Policy {
    let limits = Limits { fast: FAST, slow: SLOW, reserve: RESERVE };
    Policy::new(PolicySettings {
        ticket_life: 86_400,
        look_ahead: 1,
        resync_range: 3,
        otp: limits,
        out_of_band: limits,
        recovery: limits,
        sending: Sending { phone: MESSAGES, email: MESSAGES, push: MESSAGES },
        challenge_life: CHALLENGE_LIFE,
        guesses: GUESSES,
        failure_cap: 3,
        recovery_codes: 1,
        replace_used_recovery_code: true,
        ..*Policy::AUTH0.settings()
    })
    .expect("the policy is valid")
}

/// Fresh random bytes: those of one seed are unlike those of any other.
pub fn random(seed: u64) -> [u8; 96] {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    std::array::from_fn(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[3]
    })
}

/// The recovery code that is the first thing drawn from the bytes of a seed.
pub fn recovery_code(seed: u64) -> String {
    let code = RecoveryCode::generate(&mut Entropy::new(&mut random(seed)));
    code.expect("the bytes are not all zero").text().as_str().to_owned()
}

/// A recovery code that was never drawn.
pub const FOREIGN_RECOVERY_CODE: &str = "0000 0000 0000 0000 0000 0001";

/// A one-time password or response that no device shows in these worlds.
pub const WRONG_CODE: &str = "000000";

/// A code that is not sent in these worlds, and a number that is not shown.
pub const WRONG_SENT: &str = "0000000";
pub const WRONG_NUMBER: &str = "0000";

/// The devices of the race.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// An app whose codes of steps 2 and 3 are the same.
    Phone,
    /// An app whose code of step 2 is the phone's.
    Tablet,
    /// A counter-based token.
    Token,
    /// A token that is asked questions.
    Card,
}

impl Device {
    pub fn secret(self) -> Secret {
        // Found by trying numbers until the codes collided; `tests/setting.rs` holds them to it.
        let (letter, number) = match self {
            Self::Phone => (b'A', 23_708u64),
            Self::Tablet => (b'B', 1_292_422),
            Self::Token => (b'T', 0),
            Self::Card => (b'C', 0),
        };
        let mut bytes = [letter; 20];
        bytes[12..].copy_from_slice(&number.to_be_bytes());
        Secret::from_bytes(&bytes).expect("20 bytes are a secret")
    }

    pub fn parameters(self) -> NewAuthenticator {
        match self {
            Self::Phone | Self::Tablet => NewAuthenticator::Totp(TotpParameters::default()),
            Self::Token => NewAuthenticator::Hotp(HotpParameters::default(), 0),
            Self::Card => NewAuthenticator::Ocra(suite(), 0),
        }
    }

    /// The code of a time step or counter.
    pub fn code(self, moving_factor: u64) -> String {
        code(&self.secret(), moving_factor)
    }
}

/// What a challenge that is the first thing drawn from the bytes of a seed is named, and the
/// number that is reduced to its code.
pub fn challenge(seed: u64, digits: u32) -> ([u8; 10], String) {
    let bytes = random(seed);
    let (id, rest) = bytes.split_first_chunk().expect("there are 96 bytes");
    let (number, _) = rest.split_first_chunk().expect("there are 96 bytes");
    let code = (u32::from_be_bytes(*number) & 0x7FFF_FFFF) % 10u32.pow(digits);
    (*id, format!("{code:0width$}", width = digits as usize))
}

/// The suite of the card: a counter tells its questions apart.
fn suite() -> ocra::Suite {
    ocra::Suite::parse("OCRA-1:HOTP-SHA1-6:C-QN08").expect("it is a suite")
}

/// The card's response to a question at a counter.
pub fn response(question: &str, counter: u64) -> String {
    let card = ocra::Ocra::new(&Device::Card.secret(), suite()).expect("SHA-1 is built in");
    let response = card.response(&ocra::Input::challenge(question).with_counter(counter));
    response.expect("the question fits").text().as_str().to_owned()
}

/// The code that a secret gives for a time step or counter.
pub fn code(secret: &Secret, moving_factor: u64) -> String {
    let hotp = Hotp::new(secret, Algorithm::Sha1, Format::default()).expect("SHA-1 is built in");
    hotp.code(moving_factor).text().as_str().to_owned()
}
