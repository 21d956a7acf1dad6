//! Reading and writing responses.

use super::*;
use mfa_core::CodeError;

#[test]
fn ten_digits_reach_from_2_to_the_31_down_and_nothing_above_is_read() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-10:QN08");
    let (mut low, mut high) = (0, 0);
    for question in 0..200 {
        let question = question.to_string();
        let response = ocra.response(&Input::challenge(&question)).unwrap();
        let value: u32 = text(&response).parse().unwrap();
        assert_eq!(text(&response).len(), 10);
        assert!(value < 1 << 31);
        assert_eq!(ocra.suite().parse_response(&text(&response)), Ok(response));
        if value < 1_000_000_000 {
            low += 1
        } else {
            high += 1
        }
        // The same 32 bits after a wrap, the same 31 bits with the sign: no second spelling.
        for alias in [u64::from(value) + (1 << 31), u64::from(value) + (1 << 32)] {
            let alias = ocra.suite().parse_response(&alias.to_string());
            assert_eq!(alias, Err(CodeError::Range));
        }
    }
    assert!(low > 50 && high > 50);
}

#[test]
fn untruncated_responses_are_the_hmac_in_hexadecimal_of_either_case() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-0:QN08");
    let input = Input::challenge("12345678");
    let response = ocra.response(&input).unwrap();
    let hmac = response.hmac().unwrap();
    assert_eq!(hmac.len(), 20);
    assert_eq!(reference::unhex(&text(&response)), hmac);
    for typed in
        [text(&response), text(&response).to_uppercase(), format!(" {}\n", text(&response))]
    {
        let typed = ocra.suite().parse_response(&typed).unwrap();
        assert!(ocra.verify(&typed, &input, 0, Window::EXACT).unwrap().is_some());
    }
    let parse = |text: &str| ocra.suite().parse_response(text).unwrap_err();
    let full = text(&response);
    assert_eq!(parse(&full[1..]), CodeError::Length { expected: 40, found: 39 });
    assert_eq!(parse(&(full.clone() + "00")), CodeError::Length { expected: 40, found: 42 });
    assert_eq!(parse(&"0".repeat(1000)), CodeError::Length { expected: 40, found: 1000 });
    assert_eq!(parse(""), CodeError::Length { expected: 40, found: 0 });
    assert_eq!(parse(" 0g"), CodeError::Foreign { index: 2 });
    assert_eq!(parse(&full.replacen(&full[..1], "é", 1)), CodeError::Foreign { index: 0 });

    // A flipped bit anywhere is another response.
    for bit in 0..160 {
        let mut other = hmac.to_vec();
        other[bit / 8] ^= 1 << (bit % 8);
        let typed = ocra.suite().parse_response(&reference::hex(&other)).unwrap();
        assert_eq!(ocra.verify(&typed, &input, 0, Window::EXACT), Ok(None));
    }
    // Responses of another form are wrong.
    let short = self::ocra("OCRA-1:HOTP-SHA1-6:QN08");
    assert_eq!(ocra.verify(&short.response(&input).unwrap(), &input, 0, Window::EXACT), Ok(None));
    assert_eq!(short.verify(&response, &input, 0, Window::EXACT), Ok(None));
    assert_eq!(short.response(&input).unwrap().hmac(), None);
}
