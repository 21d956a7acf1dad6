//! Mutual challenge–response: the server first (RFC 6287 §7.2).

use super::*;
use mfa_core::ocra::{Input, Ocra, Pin};

const TOKEN: &str = "OCRA-1:HOTP-SHA1-8:C-QA08-PSHA1-S064-T1M";
const SERVER: &str = "OCRA-1:HOTP-SHA1-6:QA08-S004-T1M";
const NOW: u64 = 1_700_000_000;

fn device() -> Device {
    let suites = (suite(TOKEN), suite(SERVER));
    let mut device = Device::new(Provision::mutual_ocra(secret(), suites.0, suites.1, 41));
    device.set_clock(0, NOW, Trim::Keep).unwrap();
    device
}

fn server(client: &str, question: &str, now: u64) -> String {
    let ocra = Ocra::new(&secret(), suite(SERVER)).unwrap();
    let input = Input::mutual_server(client, question).with_session(b"sess").at(now);
    ocra.response(&input).unwrap().text().as_str().to_owned()
}

fn respond<'a>(challenge: Challenge<'a>, rtc: u64) -> Respond<'a> {
    Respond { challenge, session: Some(b"sess"), rtc: Some(rtc), pin: Some("1234") }
}

#[test]
fn a_token_answers_a_server_that_proved_itself() {
    let mut device = device();
    let question = device.token.ask(Entropy::new(&mut [0xA7; 16])).unwrap();
    let client = question.as_str();
    assert_eq!(client.len(), 8);
    let of_token = Ocra::new(&secret(), suite(TOKEN)).unwrap();
    // The server's clock may be a step off, either way.
    for (counter, clock) in [(41, NOW), (42, NOW + 60), (43, NOW - 60)] {
        let typed = server(client, "SRV11110", clock);
        let challenge = Challenge::Mutual { client, server: "SRV11110", response: &typed };
        let response = device.run(respond(challenge, 5)).unwrap().reveal().unwrap();
        let input = Input::mutual_client(client, "SRV11110").with_pin(Pin::text("1234"));
        let input = input.with_counter(40).with_session(b"sess").at(NOW);
        let verified = of_token.verify(&response, &input, 5, Window::EXACT).unwrap().unwrap();
        assert_eq!(verified.counter, Some(counter));
        assert_eq!(device.token.next_counter(), Some(counter + 1));
    }
    let typed = server(client, "SRV11110", NOW + 120);
    let challenge = Challenge::Mutual { client, server: "SRV11110", response: &typed };
    assert_eq!(device.run(respond(challenge, 5)).unwrap_err(), Refused::WrongServer);
}

#[test]
fn a_server_that_proves_nothing_gets_nothing_and_costs_nothing() {
    let plain = suite("OCRA-1:HOTP-SHA1-6:QA08");
    let provision = Provision::mutual_ocra(secret(), suite(TOKEN), plain.clone(), 41);
    let mut device = Device::new(provision).with_pin("1234", 3);
    device.set_clock(0, NOW, Trim::Keep).unwrap();
    let before = encoded(&device.token);
    let of_server = Ocra::new(&secret(), plain).unwrap();
    let right = of_server.response(&Input::mutual_server("CLI22220", "SRV11110")).unwrap();
    let right = right.text().as_str().to_owned();
    let other = of_server.response(&Input::mutual_server("CLI22221", "SRV11110")).unwrap();
    let other = other.text().as_str().to_owned();
    for (typed, refused) in [
        (other.as_str(), Refused::WrongServer),
        ("12345", Refused::MalformedResponse(CodeError::Length { expected: 6, found: 5 })),
    ] {
        let challenge =
            Challenge::Mutual { client: "CLI22220", server: "SRV11110", response: typed };
        assert_eq!(device.run(respond(challenge, 5)).unwrap_err(), refused);
    }
    let one_way = device.run(respond(Challenge::OneWay("SRV11110"), 5));
    assert_eq!(one_way.unwrap_err(), Refused::ServerMustAnswer);
    assert_eq!(encoded(&device.token), before);
    let challenge = Challenge::Mutual { client: "CLI22220", server: "SRV11110", response: &right };
    assert!(device.run(respond(challenge, 5)).unwrap().reveal().is_ok());
}

#[test]
fn a_one_way_token_knows_no_server() {
    let mut device = Device::ocra("OCRA-1:HOTP-SHA1-6:QA08");
    let ask = device.token.ask(Entropy::new(&mut [0xA7; 16]));
    assert_eq!(ask.unwrap_err(), Refused::NotMutual);
    let challenge = Challenge::Mutual { client: "C", server: "S", response: "123456" };
    let respond = Respond { challenge, session: None, rtc: None, pin: None };
    assert_eq!(device.run(respond).unwrap_err(), Refused::NotMutual);
}

#[test]
fn the_servers_suite_must_go_with_the_tokens() {
    for server in [
        "OCRA-1:HOTP-SHA1-6:QA08-PSHA1",
        "OCRA-1:HOTP-SHA1-6:C-QA08",
        "OCRA-1:HOTP-SHA1-6:QN08",
        "OCRA-1:HOTP-SHA1-6:QA10",
        "OCRA-1:HOTP-SHA1-6:QA08-T2M",
    ] {
        let provision = Provision::mutual_ocra(secret(), suite(TOKEN), suite(server), 0);
        assert_eq!(Device::blank().run(provision).unwrap_err(), Refused::UnsupportedSuite);
    }
    let plain = suite("OCRA-1:HOTP-SHA1-6:QA08");
    let provision = Provision::mutual_ocra(secret(), plain, suite(SERVER), 0);
    assert_eq!(Device::blank().run(provision).unwrap_err(), Refused::UnsupportedSuite);
}
