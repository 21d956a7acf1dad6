//! Any bytes load as a record that encodes to the same bytes, or are refused; so does JSON.

use mfa_core::*;

type Record = Account<4, 10>;

pub fn check(data: &[u8]) {
    // An account that the bytes may name; else nothing but the first check is reached.
    let account = data.get(1..17).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 16]);
    let account = AccountId::from_bytes(account);
    if let Ok(record) = Record::decode(account, data) {
        assert_eq!(encoded(&record), data, "a second encoding of the same record");
        assert_eq!(record.account(), account);
        uphold(&record);
        let text = serde_json::to_string(&record).unwrap();
        let read: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(encoded(&read), data, "{text}");
        let other = AccountId::from_bytes([0xEE; 16]);
        assert_eq!(Record::decode(other, data).err(), foreign(other, account));
    }
    if let Ok(record) = serde_json::from_slice::<Record>(data) {
        uphold(&record);
        let bytes = encoded(&record);
        let read = Record::decode(record.account(), &bytes).unwrap();
        assert_eq!(encoded(&read), bytes);
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}

fn foreign(expected: AccountId, found: AccountId) -> Option<DecodeError> {
    (expected != found).then_some(DecodeError::ForeignAccount)
}

/// What holds of every record, wherever it comes from.
fn uphold(record: &Record) {
    let of = record.authenticators();
    let is_pending = |one: &Authenticator| matches!(one.phase(), Phase::Pending { .. });
    assert_eq!(record.is_enrolled(), !of.iter().all(is_pending));
    if !record.is_enrolled() {
        assert_eq!(record.recovery_codes_left(), 0);
        assert!(of.windows(2).all(|pair| pair[0].id() == pair[1].id()), "more than one waits");
    }
    for (slot, one) in of.iter().enumerate() {
        let is_same = |other: &Authenticator| (other.id(), other.kind()) == (one.id(), one.kind());
        assert!(!of.iter().skip(slot + 1).any(is_same));
    }
    operate(record);
}

/// Whatever loads can be operated, and nothing but a code logs in.
fn operate(record: &Record) {
    let policy = Policy::AUTH0;
    for now in [0, 1_700_000_000, u64::MAX - 600] {
        let cx = Context { now, policy: &policy };
        let mut bytes = [7; 16];
        let ticket = record.first_factor_ticket(Scopes::ALL, Entropy::new(&mut bytes), &cx);
        let ticket = ticket.unwrap();
        let respond = Respond { ticket: &ticket, response: Response::Otp("no code") };
        assert!(record.decide(respond, &cx).is_err());
        let confirm = Confirm { ticket: &ticket, response: Response::Otp("no code") };
        assert!(record.decide(confirm, &cx).is_err());
        let respond = Respond { ticket: &ticket, response: Response::Otp("123456") };
        if let Ok(step) = record.decide(respond, &cx) {
            assert_eq!(step.next().generation(), record.generation());
            encoded(step.next());
        }
    }
}

fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = vec![0; Record::MAX_ENCODED_LEN];
    let len = record.encode(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}
