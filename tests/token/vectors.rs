//! The vectors of RFC 4226, RFC 6238 and RFC 6287, as a token shows them.

use super::naive::hex;
use super::*;
use serde_json::Value;

fn file(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn key(value: &Value) -> Secret {
    Secret::from_bytes(&hex(value["key_hex"].as_str().unwrap())).unwrap()
}

/// Whether this build computes it.
fn is_supported(algorithm: Algorithm) -> bool {
    cfg!(feature = "sha2") || algorithm == Algorithm::Sha1
}

#[test]
fn rfc_4226_appendix_d_press_by_press() {
    let file = file(include_str!("../../vectors/hotp-rfc4226.json"));
    let mut device = Device::new(Provision::hotp(key(&file), HotpParameters::default(), 0));
    let tests = file["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 10);
    for test in tests {
        assert_eq!(device.token.next_counter(), test["counter"].as_u64());
        assert_eq!(device.press(None).unwrap(), test["code"].as_str().unwrap());
    }
}

#[test]
fn rfc_6238_appendix_b_as_time_goes_by() {
    let file = file(include_str!("../../vectors/totp-rfc6238.json"));
    let mut computed = 0;
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        let all = file["tests"].as_array().unwrap();
        let mut tests = all.iter().filter(|it| it["algorithm"] == algorithm.name()).peekable();
        let format = Format::Decimal(Digits::EIGHT);
        let parameters = TotpParameters { algorithm, format, ..TotpParameters::default() };
        let provision = Provision::totp(key(tests.peek().unwrap()), parameters);
        let mut device = Device::blank();
        let provisioned = device.run(provision);
        if !is_supported(algorithm) {
            assert!(matches!(provisioned, Err(Refused::Unsupported(_))));
            continue;
        }
        // An RTC that began with the Unix epoch.
        device.set_clock(0, 0, Trim::Keep).unwrap();
        for test in tests {
            let code = device.show(test["unix_time"].as_u64().unwrap()).unwrap();
            assert_eq!(code, test["code"].as_str().unwrap());
            assert_eq!(device.token.shown_step(), test["step"].as_u64());
            computed += 1;
        }
    }
    assert_eq!(computed, if cfg!(feature = "sha2") { 18 } else { 6 });
}

#[test]
fn rfc_6287_appendix_c_as_responses() {
    let file = file(include_str!("../../vectors/ocra-rfc6287.json"));
    let (mut computed, mut mutual) = (0, 0);
    for test in file["tests"].as_array().unwrap() {
        let suite = suite(test["suite"].as_str().unwrap());
        let question = test["challenge"].as_str().unwrap();
        if !is_supported(suite.algorithm()) || !suite.pin().is_none_or(is_supported) {
            continue;
        }
        // The server's side of mutual exchanges is not a token's.
        let is_mutual = test["section"] == "C.2";
        if is_mutual && question.starts_with("CLI") {
            continue;
        }
        let counter = test["counter"].as_u64().unwrap_or_default();
        let (server, client) = question.split_at(if is_mutual { 8 } else { 0 });
        let server_suite = server_suite(&suite);
        let provision = match is_mutual {
            true => Provision::mutual_ocra(key(test), suite, server_suite.clone(), counter),
            false => Provision::ocra(key(test), suite, counter),
        };
        let mut device = Device::new(provision);
        let rtc = test["timestamp_steps"].as_u64().map(|step| step * 60 + 59);
        if rtc.is_some() {
            device.set_clock(0, 0, Trim::Keep).unwrap();
        }
        let typed = server_response(&key(test), server_suite, client, server);
        let challenge = match is_mutual {
            true => Challenge::Mutual { client, server, response: &typed },
            false => Challenge::OneWay(client),
        };
        let pin = test["pin"].as_str();
        let respond = Respond { challenge, session: None, rtc, pin };
        let response = device.run(respond).unwrap().reveal().unwrap();
        assert_eq!(response.text().as_str(), test["response"].as_str().unwrap(), "{test}");
        computed += 1;
        mutual += u32::from(is_mutual);
    }
    let expected = if cfg!(feature = "sha2") { (60, 10) } else { (10, 0) };
    assert_eq!((computed, mutual), expected);
}

/// As in Appendix C.2: the token's without the PIN.
fn server_suite(suite: &ocra::Suite) -> ocra::Suite {
    let text = suite.as_str().replace("-PSHA1", "");
    ocra::Suite::parse(&text).unwrap()
}

fn server_response(key: &Secret, suite: ocra::Suite, client: &str, server: &str) -> String {
    let Ok(ocra) = ocra::Ocra::new(key, suite) else { return String::new() };
    let input = ocra::Input::mutual_server(client, server);
    ocra.response(&input).map_or(String::new(), |it| it.text().as_str().to_owned())
}
