//! The reader of otpauth URIs against a second one: the rules once more, written for their
//! own sake, with allocation and several passes.

use mfa_core::otpauth::{Kind, Reading, read};
use proptest::prelude::*;

/// All that a URI says, and what is reported.
#[derive(Debug, PartialEq)]
struct Said {
    hotp: bool,
    /// The period or the counter.
    moving: u64,
    issuer: Option<String>,
    label_issuer: Option<String>,
    account: String,
    secret: Vec<u8>,
    algorithm: &'static str,
    steam: bool,
    digits: usize,
}

impl Said {
    fn of(reading: Reading<'_>) -> Self {
        let uri = reading.uri;
        let (hotp, moving) = match uri.kind {
            Kind::Totp(steps) => (false, steps.period().get()),
            Kind::Hotp { counter } => (true, counter),
        };
        Self {
            hotp,
            moving,
            issuer: uri.issuer.map(|text| text.to_string()),
            label_issuer: reading.label_issuer.map(|text| text.to_string()),
            account: uri.account.to_string(),
            secret: uri.secret.expose().to_vec(),
            algorithm: uri.algorithm.name(),
            steam: uri.format == mfa_core::Format::Steam,
            digits: uri.format.len(),
        }
    }
}

fn bytes(text: &str, form: bool) -> Option<Vec<u8>> {
    let text = if form { text.replace('+', " ") } else { text.to_owned() };
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).filter(|it| it.chars().all(|c| c.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(&piece.as_bytes()[2..]);
    }
    Some(bytes)
}

fn text(raw: &str, form: bool) -> Option<String> {
    String::from_utf8(bytes(raw, form)?).ok().filter(|text| !text.contains('\0'))
}

fn name(raw: &str, form: bool) -> Option<String> {
    text(raw, form).map(|text| text.trim().to_owned())
}

fn base32(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|c| !b" -=".contains(c)).map_or(0, |last| last + 1);
    let mut bits = String::new();
    for char in text[..end].iter().filter(|c| !b" -".contains(c)) {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let value = alphabet.iter().position(|c| *c == char.to_ascii_uppercase())?;
        bits += &format!("{value:05b}");
    }
    let bytes = bits.as_bytes().chunks_exact(8);
    let bytes: Vec<u8> =
        bytes.map(|it| u8::from_str_radix(str::from_utf8(it).unwrap(), 2).unwrap()).collect();
    (1..=128).contains(&bytes.len()).then_some(bytes)
}

fn number(raw: &str) -> Option<u64> {
    let digits = text(raw, true)?;
    (!digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

/// The label's issuer and the account.
fn split(raw: &str, issuer: Option<&str>) -> Option<(Option<String>, String)> {
    let whole = name(raw, false)?;
    if let Some(issuer) = issuer
        && let Some(account) = whole.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':'))
    {
        return Some((Some(issuer.to_owned()), account.trim().to_owned()));
    }
    let escaped = || raw.to_ascii_lowercase().find("%3a").map(|at| (at, at + 3));
    let colon = raw.find(':').map(|at| (at, at + 1)).or_else(escaped);
    let Some((end, start)) = colon else { return Some((None, whole)) };
    let prefix = name(&raw[..end], false)?;
    Some((Some(prefix).filter(|it| !it.is_empty()), name(&raw[start..], false)?))
}

fn slow_read(uri: &str) -> Option<Said> {
    let uri = uri.trim_matches([' ', '\t', '\r', '\n', '\x0C']);
    let rest = uri.get(10..).filter(|_| uri[..10].eq_ignore_ascii_case("otpauth://"))?;
    let (path, query) = rest.split_once('?')?;
    let (kind, label) = path.split_once('/').unwrap_or((path, ""));
    let kind = kind.to_ascii_lowercase();
    if !["totp", "hotp", "steam"].contains(&&*kind) {
        return None;
    }
    let query = query.split('#').next()?;
    let mut values = std::collections::HashMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = text(name, true).map(|name| name.to_ascii_lowercase()) else { continue };
        let known =
            ["secret", "issuer", "algorithm", "digits", "period", "counter", "encoder", "steam"];
        if known.contains(&&*name) && values.insert(name, value).is_some() {
            return None;
        }
    }
    let get = |name: &str| values.get(name).copied();

    let param = match get("issuer") {
        Some(raw) => Some(name(raw, true)?).filter(|issuer| !issuer.is_empty()),
        None => None,
    };
    let (prefix, account) = split(label, param.as_deref())?;
    let label_issuer =
        prefix.clone().filter(|prefix| param.as_ref().is_some_and(|it| it != prefix));

    let algorithm = match get("algorithm") {
        None => "SHA1",
        Some(raw) => {
            let name = text(raw, true)?.to_ascii_uppercase();
            let forms = |hash: &str| {
                ["SHA", "SHA-", "HMACSHA", "HMACSHA-", "HMAC-SHA", "HMAC-SHA-"]
                    .map(|form| format!("{form}{hash}"))
            };
            let found = ["1", "256", "512"].into_iter().find(|it| forms(it).contains(&name))?;
            ["SHA1", "SHA256", "SHA512"].into_iter().find(|it| it.ends_with(found))?
        }
    };
    let encoder = match get("encoder") {
        Some(raw) => bytes(raw, true)?.eq_ignore_ascii_case(b"steam"),
        None => false,
    };
    let steam = kind == "steam" || encoder || get("steam") == Some("");
    let digits = match get("digits") {
        Some(raw) => number(raw)?,
        None if steam => 5,
        None => 6,
    };
    let five = steam || param.as_deref() == Some("Steam");
    let lowest = if five { 5 } else { 6 };
    if !(lowest..=9).contains(&digits) {
        return None;
    }
    let hotp = kind == "hotp";
    let moving = match (hotp, get("counter"), get("period")) {
        (true, Some(counter), _) => number(counter)?,
        (true, None, _) => 0,
        (false, _, Some(period)) => number(period).filter(|period| *period != 0)?,
        (false, _, None) => 30,
    };
    Some(Said {
        hotp,
        moving,
        issuer: param.or(prefix),
        label_issuer,
        account,
        secret: base32(&bytes(get("secret")?, true)?)?,
        algorithm,
        steam,
        digits: if steam { 5 } else { digits as usize },
    })
}

fn piece() -> impl Strategy<Value = String> {
    let common = vec![
        ":",
        "%3A",
        "%3a",
        "/",
        "?",
        "&",
        "=",
        "#",
        "%",
        "%2",
        "%20",
        "+",
        " ",
        "-",
        "A",
        "b",
        "B",
        "é",
        "%C3%A9",
        "%C3",
        "%00",
        "\u{3000}",
        "5",
        "6",
        "08",
        "1",
        "Steam",
        "steam",
        "SHA-256",
        "HMAC",
        "sha1",
        "GEZDGNBV",
        "gezd",
        "M%5a",
        "======",
        "18446744073709551615",
    ];
    prop_oneof![6 => proptest::sample::select(common).prop_map(str::to_owned), 1 => ".{0,3}"]
}

fn value() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..4).prop_map(|pieces| pieces.concat())
}

fn parameter() -> impl Strategy<Value = String> {
    let right = prop_oneof![
        proptest::sample::select(vec![
            "issuer=A",
            "issuer=A%3Ab",
            "issuer=Steam",
            "digits=5",
            "digits=8",
            "period=60",
            "counter=7",
            "algorithm=sha256",
            "encoder=steam",
            "steam",
            "Issuer=+A+",
        ])
        .prop_map(str::to_owned),
    ];
    let names = vec![
        "secret",
        "issuer",
        "algorithm",
        "digits",
        "period",
        "counter",
        "encoder",
        "steam",
        "%69ssuer",
        "DIGITS",
        "x",
        "issuer%",
    ];
    let free = (proptest::sample::select(names), value()).prop_map(|(n, v)| format!("{n}={v}"));
    prop_oneof![2 => right, 2 => free, 1 => value()]
}

fn uri() -> impl Strategy<Value = String> {
    let start = proptest::sample::select(vec![
        "otpauth://totp/",
        "otpauth://totp/",
        "otpauth://hotp/",
        "OTPAUTH://Steam/",
        " otpauth://totp",
        "otpauth://x/",
    ]);
    let secret = proptest::sample::select(vec![
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY",
        "?secret=ge%5adgnb+v-===",
        "?secret=MB2WC4",
        "?",
    ]);
    (start, value(), secret, proptest::collection::vec(parameter(), 0..4)).prop_map(
        |(start, label, secret, parameters)| {
            let parameters: String = parameters.iter().map(|it| format!("&{it}")).collect();
            format!("{start}{label}{secret}{parameters}")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn both_readers_agree(uri in uri()) {
        prop_assert_eq!(read(&uri).ok().map(Said::of), slow_read(&uri));
    }
}

#[test]
fn both_readers_agree_on_uris_from_the_wild() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../vectors/otpauth-wild.json")).unwrap();
    for test in file["tests"].as_array().unwrap() {
        let uri = test["uri"].as_str().unwrap();
        assert_eq!(read(uri).ok().map(Said::of), slow_read(uri), "{uri}");
    }
}
