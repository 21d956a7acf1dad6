//! Tokens: the standards' vectors, PINs, clocks, power cuts, and records in flash.

#[path = "token/clock.rs"]
mod clock;
#[path = "token/mutual.rs"]
mod mutual;
#[path = "support/naive.rs"]
#[allow(dead_code, reason = "the vectors are judge enough")]
mod naive;
#[path = "token/pin.rs"]
mod pin;
#[path = "token/provision.rs"]
mod provision;
#[path = "token/records.rs"]
mod records;
#[path = "token/vectors.rs"]
mod vectors;

use mfa_core::token::{
    Answer, Challenge, DecodeError, LoseClock, Operation, Press, Provision, Refused, Respond,
    SetClock, SetPin, Show, Token, Trim, Unblock, Wipe,
};
use mfa_core::*;

const SECRET: &[u8] = b"12345678901234567890";
const RECORD: RecordId = RecordId::from_bytes([0x5A; 16]);

/// A token in flash, and the steps that changed it.
#[derive(Clone)]
struct Device {
    token: Token,
}

impl Device {
    fn blank() -> Self {
        Self { token: Token::blank(RECORD) }
    }

    fn new(provision: Provision) -> Self {
        let mut device = Self::blank();
        device.run(provision).unwrap();
        device
    }

    fn hotp(counter: u64) -> Self {
        Self::new(Provision::hotp(secret(), HotpParameters::default(), counter))
    }

    fn totp() -> Self {
        Self::new(Provision::totp(secret(), TotpParameters::default()))
    }

    fn ocra(suite: &str) -> Self {
        Self::new(Provision::ocra(secret(), self::suite(suite), 0))
    }

    fn with_pin(mut self, pin: &str, attempts: u8) -> Self {
        self.run(SetPin { current: None, new: pin, attempts }).unwrap().reveal().unwrap();
        self
    }

    /// Decides, stores through the codec, settles.
    fn run<O: Operation>(&mut self, operation: O) -> Result<O::Outcome, Refused> {
        let step = self.token.decide(operation)?;
        assert_eq!(step.expected(), self.token.version());
        let stored = decoded(&encoded(step.next()));
        let (_, outcome) = step.settle(Write::Stored).unwrap();
        self.token = stored;
        Ok(outcome)
    }

    fn press(&mut self, pin: Option<&str>) -> Result<String, Refused> {
        Ok(shown(self.run(Press { pin })?))
    }

    fn show(&mut self, rtc: u64) -> Result<String, Refused> {
        Ok(shown(self.run(Show { rtc, pin: None })?))
    }

    fn set_clock(&mut self, rtc: u64, now: u64, trim: Trim) -> Result<(), Refused> {
        self.run(SetClock { rtc, now, trim })
    }
}

fn shown(answer: Answer<Code>) -> String {
    answer.reveal().unwrap().text().as_str().to_owned()
}

fn secret() -> Secret {
    Secret::from_bytes(SECRET).unwrap()
}

fn suite(text: &str) -> ocra::Suite {
    ocra::Suite::parse(text).unwrap()
}

fn encoded(token: &Token) -> [u8; Token::ENCODED_LEN] {
    let mut bytes = [0xEE; Token::ENCODED_LEN];
    token.encode(&mut bytes);
    bytes
}

fn decoded(bytes: &[u8; Token::ENCODED_LEN]) -> Token {
    Token::decode(bytes).unwrap()
}

#[test]
fn a_token_is_small_and_goes_between_threads() {
    fn goes<T: Send + Sync>() {}
    goes::<Token>();
    assert!(size_of::<Token>() <= 416, "{}", size_of::<Token>());
    assert_eq!(Token::ENCODED_LEN, 320);
}

#[test]
fn debug_shows_neither_secrets_nor_pins_nor_codes() {
    let mut device = Device::hotp(0).with_pin("2468", 3);
    let step = device.token.decide(Press { pin: Some("2468") }).unwrap();
    let texts = [
        format!("{:?} {step:?}", device.token),
        format!("{:?}", Press { pin: Some("2468") }),
        format!("{:?}", SetPin { current: Some("2468"), new: "2468", attempts: 3 }),
        format!("{:?}", Show { rtc: 1, pin: Some("2468") }),
        format!("{:?}", device.run(Press { pin: Some("2468") }).unwrap()),
        format!("{:?}", Provision::hotp(secret(), HotpParameters::default(), 0)),
    ];
    for text in texts {
        for hidden in ["2468", "755224", "12345678", "49, 50, 51", "313233"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}

#[test]
fn a_code_is_seen_only_once_its_record_is_stored() {
    let token = Device::hotp(0).token;
    for (write, unsettled) in
        [(Write::Conflict, Unsettled::Conflict), (Write::Unknown, Unsettled::Unknown)]
    {
        let step = token.decide(Press { pin: None }).unwrap();
        assert_eq!(step.settle(write).unwrap_err(), unsettled);
    }
    assert_eq!(token.next_counter(), Some(0));
}

#[test]
fn a_power_cut_skips_a_code_and_repeats_none() {
    let hotp = Hotp::new(&secret(), Algorithm::Sha1, Format::default()).unwrap();
    // Each press loses power nowhere, before the write, or between the write and the display.
    for cuts in 0..3u32.pow(5) {
        let mut flash = encoded(&Device::hotp(0).token);
        let mut shown = Vec::new();
        for press in 0..5 {
            let token = decoded(&flash); // the device starts
            let step = token.decide(Press { pin: None }).unwrap();
            match cuts / 3u32.pow(press) % 3 {
                0 => {
                    flash = encoded(step.next());
                    let (_, answer) = step.settle(Write::Stored).unwrap();
                    shown.push(answer.reveal().unwrap().text().as_str().to_owned());
                }
                1 => assert!(step.settle(Write::Unknown).is_err()),
                _ => flash = encoded(step.next()),
            }
        }
        let mut expected = (0..5).map(|counter| hotp.code(counter).text().as_str().to_owned());
        for code in shown {
            assert!(expected.any(|next| next == code), "{code} twice, or out of order: {cuts}");
        }
    }
}
