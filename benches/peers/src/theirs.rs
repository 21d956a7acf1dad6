//! The peers. Each does what its documentation shows for the job; who has no window of its
//! own, or none so wide, is called in a loop, as its users have to.

use crate::{BASE32, Entries, SECRET, SIDES, STEP, TIME, URI, newest, window};
use slauth::oath::OtpAuth;
use std::hint::black_box;

const TOTP_RS: &str = "totp-rs";
const TOTP_LITE: &str = "totp-lite";
const SLAUTH: &str = "slauth";
const LIBREAUTH: &str = "libreauth";
const THOTP: &str = "thotp";
const OTPAUTH: &str = "otpauth";
const GOOGLE: &str = "google-authenticator";

pub(crate) fn add(entries: &mut Entries) {
    codes(entries);
    SIDES.into_iter().for_each(|side| windows(entries, side));
    texts(entries);
}

fn totp_rs(algorithm: totp_rs::Algorithm, key: &[u8], side: u64) -> totp_rs::Totp {
    let builder = totp_rs::Builder::new().with_algorithm(algorithm).with_secret(key);
    builder.with_skew(side as u16).with_account_name("alice@example.com").build().unwrap()
}

fn slauth(counter: u64) -> slauth::oath::hotp::HOTPContext {
    slauth::oath::hotp::HOTPContext::builder().secret(SECRET).counter(counter).build()
}

fn libreauth(counter: u64, look_ahead: u64) -> libreauth::oath::HOTP {
    let mut builder = libreauth::oath::HOTPBuilder::new();
    builder.key(SECRET).counter(counter).look_ahead(look_ahead).finalize().unwrap()
}

fn totp_lite(time: u64) -> String {
    totp_lite::totp_custom::<totp_lite::Sha1>(30, 6, black_box(SECRET), black_box(time))
}

fn codes(entries: &mut Entries) {
    const CODE: &str = "code, SHA-1";
    let expected = newest(0);
    let totp = totp_rs(totp_rs::Algorithm::SHA1, SECRET, 0);
    assert_eq!(totp.generate(TIME).to_string(), expected);
    entries.add(CODE, TOTP_RS, move || totp.generate(black_box(TIME)));
    let totp = totp_rs(totp_rs::Algorithm::SHA1, SECRET, 0);
    entries.add("code as text, SHA-1", TOTP_RS, move || totp.generate(black_box(TIME)).to_string());
    entries.add("key and code, SHA-1", TOTP_RS, || {
        totp_rs(totp_rs::Algorithm::SHA1, black_box(SECRET), 0).generate(black_box(TIME))
    });
    let totp = totp_rs(totp_rs::Algorithm::SHA1, SECRET, 0);
    entries.add("key and code, SHA-1", "totp-rs, built before", move || {
        totp.generate(black_box(TIME))
    });
    for (algorithm, length, name) in [
        (totp_rs::Algorithm::SHA256, 32, "code, SHA-256"),
        (totp_rs::Algorithm::SHA512, 64, "code, SHA-512"),
    ] {
        let key: Vec<u8> = SECRET.iter().copied().cycle().take(length).collect();
        let totp = totp_rs(algorithm, &key, 0);
        entries.add(name, TOTP_RS, move || totp.generate(black_box(TIME)));
    }

    assert_eq!(totp_lite(TIME), expected);
    entries.add(CODE, TOTP_LITE, || totp_lite(TIME));
    let hotp = slauth(STEP);
    assert_eq!(hotp.r#gen(), expected);
    entries.add(CODE, SLAUTH, move || black_box(&hotp).r#gen());
    let hotp = libreauth(STEP, 0);
    assert_eq!(hotp.generate(), expected);
    entries.add(CODE, LIBREAUTH, move || black_box(&hotp).generate());
    assert_eq!(thotp::otp(SECRET, STEP).unwrap(), expected);
    entries.add(CODE, THOTP, || thotp::otp(black_box(SECRET), black_box(STEP)));
    let totp = otpauth::TOTP::from_bytes(SECRET);
    assert_eq!(totp.generate(30, TIME), expected.parse::<u32>().unwrap());
    entries.add(CODE, OTPAUTH, move || totp.generate(30, black_box(TIME)));
    let google = google_authenticator::GoogleAuthenticator::new();
    assert_eq!(google.get_code(BASE32, STEP).unwrap(), expected);
    entries.add(CODE, GOOGLE, move || google.get_code(black_box(BASE32), black_box(STEP)));
}

fn windows(entries: &mut Entries, side: u64) {
    let name = &window(side);
    let (first, last) = (STEP - side, STEP + side);

    let (totp, typed) = (totp_rs(totp_rs::Algorithm::SHA1, SECRET, side), newest(side));
    assert_eq!(totp.check(&typed, TIME), Some(last));
    entries.add(name, TOTP_RS, move || totp.check(black_box(&typed), black_box(TIME)));

    let typed = newest(side);
    entries.add(name, TOTP_LITE, move || {
        (first..=last).find(|step| totp_lite(step * 30) == *black_box(&typed))
    });

    // A match would move the counter: the code is one that does not match.
    let mut hotp = slauth::oath::hotp::HOTPContext::builder()
        .secret(SECRET)
        .counter(first)
        .re_sync_parameter((2 * side + 1) as u16)
        .build();
    entries.add(name, SLAUTH, move || assert!(!hotp.verify(black_box("000000"))));

    let (hotp, typed) = (libreauth(first, 2 * side), newest(side));
    assert!(hotp.is_valid(&typed));
    entries.add(name, LIBREAUTH, move || hotp.is_valid(black_box(&typed)));

    // Its widest window has 127 steps on either side.
    let typed = newest(side);
    match u8::try_from(side).ok().filter(|side| *side < 128) {
        Some(drift) => entries.add(name, THOTP, move || {
            let (key, typed) = (black_box(SECRET), black_box(&typed));
            thotp::custom::verify_totp_custom::<thotp::custom::Sha1>(typed, key, TIME, 6, 30, drift)
        }),
        None => entries.add(name, THOTP, move || {
            let code = |step: &u64| thotp::otp(black_box(SECRET), *step).unwrap();
            (first..=last).find(|step| code(step) == *black_box(&typed))
        }),
    }

    let (totp, typed) = (otpauth::TOTP::from_bytes(SECRET), newest(side));
    entries.add(name, OTPAUTH, move || {
        let code: u32 = black_box(&typed).parse().unwrap();
        (first..=last).find(|step| totp.verify(code, 30, step * 30))
    });

    let (google, typed) = (google_authenticator::GoogleAuthenticator::new(), newest(side));
    assert!(google.verify_code(BASE32, &typed, side, STEP));
    entries.add(name, GOOGLE, move || {
        google.verify_code(black_box(BASE32), black_box(&typed), side, STEP)
    });
}

fn texts(entries: &mut Entries) {
    const READ: &str = "otpauth, read";
    const WRITE: &str = "otpauth, write";
    entries.add(READ, TOTP_RS, || totp_rs::Totp::from_url(black_box(URI)));
    let totp = totp_rs::Totp::from_url(URI).unwrap();
    entries.add(WRITE, TOTP_RS, move || black_box(&totp).to_url());
    use slauth::oath::totp::TOTPContext;
    entries.add(READ, SLAUTH, || TOTPContext::from_uri(black_box(URI)).map(drop));
    let totp = TOTPContext::from_uri(URI).unwrap();
    entries.add(WRITE, SLAUTH, move || {
        black_box(&totp).to_uri(Some("Big%20Corp:alice%40example.com"), Some("Big%20Corp"))
    });
    let totp = libreauth::oath::TOTPBuilder::new().key(SECRET).finalize().unwrap();
    entries.add(WRITE, LIBREAUTH, move || {
        black_box(&totp).key_uri_format("Big Corp", "alice@example.com").finalize()
    });
    let totp = otpauth::TOTP::from_bytes(SECRET);
    entries.add(WRITE, OTPAUTH, move || {
        black_box(&totp).to_uri("Big%20Corp:alice%40example.com", "Big%20Corp")
    });

    let secret = totp_rs::Secret::from(SECRET.as_slice());
    entries.add("base32, encode", TOTP_RS, move || black_box(&secret).to_base32());
    entries.add("base32, decode", TOTP_RS, || totp_rs::Secret::try_from_base32(black_box(BASE32)));
}
