//! Any bytes load as a token that encodes to the same bytes, or are refused; and whatever
//! loads can be operated.

use mfa_core::Write;
use mfa_core::token::*;

pub fn check(data: &[u8]) {
    let mut bytes = [0; Token::ENCODED_LEN];
    bytes.iter_mut().zip(data).for_each(|(to, from)| *to = *from);
    let Ok(token) = Token::decode(&bytes) else { return };
    assert_eq!(encoded(&token), bytes, "a second encoding of the same record");
    if token.decide(LoseClock).err() == Some(Refused::Blank) {
        assert!(token.kind().is_none());
    }
    for pin in [None, Some("1234")] {
        operate(&token, Press { pin });
        for rtc in [0, 1_000, u64::MAX] {
            operate(&token, Show { rtc, pin });
            let challenge = Challenge::OneWay("12345678");
            operate(&token, Respond { challenge, session: None, rtc: Some(rtc), pin });
        }
        operate(&token, SetPin { current: pin, new: "9876", attempts: 3 });
    }
    for trim in [Trim::Keep, Trim::Measure] {
        operate(&token, SetClock { rtc: u64::MAX, now: 1_700_000_000, trim });
    }
    operate(&token, LoseClock);
    operate(&token, Unblock);
    operate(&token, Wipe);
}

fn operate<O: Operation>(token: &Token, operation: O) {
    let Ok(step) = token.decide(operation) else { return };
    let next = encoded(step.next());
    assert_eq!(encoded(&Token::decode(&next).unwrap()), next);
    assert!(step.next().version().revision > token.version().revision);
    assert!(step.settle(Write::Conflict).is_err());
}

fn encoded(token: &Token) -> [u8; Token::ENCODED_LEN] {
    let mut bytes = [0xEE; Token::ENCODED_LEN];
    token.encode(&mut bytes);
    bytes
}
