//! Counts instructions: for whatever key, and whatever code is typed, they are as many. Not so
//! in twins that leak, which shows that the count would tell.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use core::hint::black_box;
use firmware::flash::xorshift;
use firmware::{Board, Outcome, cpu};
use mfa_core::{
    Algorithm, Code, Digits, Format, Hotp, RecoveryCode, Secret, TimeSteps, Totp, Window,
};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    let random = &mut Random(0x2545_F491);
    for (algorithm, name, keys) in [
        (Algorithm::Sha1, "TOTP SHA-1", 2_000),
        (Algorithm::Sha256, "TOTP SHA-256", 100),
        (Algorithm::Sha512, "TOTP SHA-512", 100),
    ] {
        totp(algorithm, keys, random)?.expect_one(board, name)?;
    }
    generate(random)?.expect_one(board, "HOTP code as text")?;
    secrets(Secret::from_base32, random)?.expect_one(board, "base32")?;
    recovery(RecoveryCode::parse, random)?.expect_one(board, "recovery code")?;

    leaky::planted(random.next());
    leaky_verify(random)?.expect_many(board, "leaky verify")?;
    secrets(leaky::base32, random)?.expect_many(board, "leaky base32")?;
    recovery(leaky::crockford, random)?.expect_many(board, "leaky recovery code")
}

/// How many instructions calls took.
struct Counts {
    calls: u32,
    least: u32,
    most: u32,
}

impl Counts {
    const NONE: Self = Self { calls: 0, least: u32::MAX, most: 0 };

    fn add(&mut self, call: impl FnOnce()) -> Outcome {
        let count = cpu::instructions(call).ok_or("instructions are not counted here")?;
        self.calls += 1;
        self.least = self.least.min(count);
        self.most = self.most.max(count);
        Ok(())
    }

    fn say(&self, board: &mut Board, name: &str) {
        board.console.text(name).text(": ").number(self.calls.into()).text(" calls, ");
        board.console.number(self.least.into()).text(" to ").number(self.most.into());
        board.console.text(" instructions").end_line();
    }

    fn expect_one(self, board: &mut Board, name: &str) -> Outcome {
        self.say(board, name);
        if self.least == self.most { Ok(()) } else { Err("the count depends on a secret") }
    }

    fn expect_many(self, board: &mut Board, name: &str) -> Outcome {
        self.say(board, name);
        if self.least != self.most { Ok(()) } else { Err("the count does not show a leak") }
    }
}

/// The key and the verification of codes: of each step of the window, of none, and of codes
/// that differ from the right one in the first digit, in the last, and by one.
fn totp(algorithm: Algorithm, keys: u32, random: &mut Random) -> Result<Counts, &'static str> {
    let mut counts = Counts::NONE;
    let steps = TimeSteps::default();
    // The time is public, and its division by the period takes what it takes.
    let now = 1_700_000_010;
    for _ in 0..keys {
        let secret = random.secret(algorithm.output_len())?;

        let new = || Totp::new(&secret, algorithm, Format::default(), steps);
        let totp = new().map_err(|_| "no such hash")?;
        let near = |change: u32, totp: &Totp| {
            let text = totp.code(now).text();
            let right: u32 = text.as_str().parse().unwrap_or_default();
            digits((right + change) % 1_000_000)
        };
        let typed: [([u8; 6], Option<i64>); 7] = [
            (text(&totp.code(now - 30)), Some(-1)),
            (text(&totp.code(now)), Some(0)),
            (text(&totp.code(now + 30)), Some(1)),
            (digits(random.next() % 1_000_000), None),
            (near(1, &totp), None),
            (near(9, &totp), None),
            (near(100_000, &totp), None),
        ];
        for (typed, expected) in typed {
            let typed = core::str::from_utf8(&typed).map_err(|_| "digits")?;
            let mut matched = None;
            counts.add(|| {
                if let (Ok(code), Ok(totp)) = (Code::parse(typed, Format::default()), new()) {
                    matched = black_box(totp.verify(&code, now, Window::new(1, 1)));
                }
            })?;
            // Two steps may have one code: the newer is found.
            let offset = matched.map(|matched| matched.offset);
            if expected.is_some() && offset < expected {
                return Err("a right code is rejected");
            }
        }
    }
    Ok(counts)
}

fn generate(random: &mut Random) -> Result<Counts, &'static str> {
    let mut counts = Counts::NONE;
    for _ in 0..500 {
        let secret = random.secret(20)?;
        let counter = u64::from(random.next());
        let format = Format::Decimal(Digits::EIGHT);
        counts.add(|| {
            if let Ok(hotp) = Hotp::new(&secret, Algorithm::Sha1, format) {
                black_box(hotp.code(counter).text());
            }
        })?;
    }
    Ok(counts)
}

fn secrets<T>(decode: impl Fn(&str) -> T, random: &mut Random) -> Result<Counts, &'static str> {
    let mut counts = Counts::NONE;
    for number in 0..2_000 {
        let mut chars = [0; 32];
        chars.fill_with(|| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random.next() as usize % 32]);
        if number == 0 {
            chars.fill(b'A');
        }
        let text = core::str::from_utf8(&chars).map_err(|_| "base32")?;
        counts.add(|| drop(black_box(decode(text))))?;
    }
    Ok(counts)
}

/// Codes are read, and compared with one that is right, or nearly.
fn recovery<T: PartialEq, E>(
    parse: impl Fn(&str) -> Result<T, E>,
    random: &mut Random,
) -> Result<Counts, &'static str> {
    let mut counts = Counts::NONE;
    for number in 0..2_000 {
        let mut chars = [0; 24];
        let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        chars.fill_with(|| alphabet[random.next() as usize % 32]);
        let mut kept = chars;
        let other = |char| if char == b'0' { b'1' } else { b'0' };
        match number % 4 {
            0 => {}
            1 => kept[0] = other(kept[0]),
            2 => kept[23] = other(kept[23]),
            _ => kept.fill(b'0'),
        }
        let [typed, kept] = [&chars, &kept].map(|chars| core::str::from_utf8(chars));
        let kept = parse(kept.map_err(|_| "text")?);
        let typed = typed.map_err(|_| "text")?;
        let kept = kept.map_err(|_| "a code")?;
        let mut is_same = false;
        counts.add(|| {
            if let Ok(typed) = parse(typed) {
                is_same = black_box(typed == kept);
            }
        })?;
        if is_same != (number % 4 == 0) {
            return Err("codes are compared wrongly");
        }
    }
    Ok(counts)
}

/// Compares as one would without thinking of it: by text, and no further than needed.
fn leaky_verify(random: &mut Random) -> Result<Counts, &'static str> {
    let mut counts = Counts::NONE;
    for step in 0..500 {
        let secret = random.secret(20)?;
        let hotp = Hotp::from(&secret);
        let typed = text(&hotp.code(step % 4));
        let found = || (0..3).find(|step| text(&hotp.code(*step)) == typed);
        counts.add(|| {
            black_box(found());
        })?;
    }
    Ok(counts)
}

/// What code looks like that nobody checked.
mod leaky {
    use core::hint::black_box;

    /// For `object_code.py`, which must find them.
    pub(crate) fn planted(secret: u32) {
        black_box(remainder(black_box(secret)));
        black_box(product(black_box(secret), black_box(secret)));
        black_box(truncate(&black_box([secret as u8; 20])));
    }

    #[inline(never)]
    fn remainder(secret: u32) -> u32 {
        secret % 1_000_000
    }

    #[inline(never)]
    fn product(secret: u32, other: u32) -> u64 {
        u64::from(secret) * u64::from(other)
    }

    /// RFC 4226 §5.4, as it is printed there.
    #[inline(never)]
    fn truncate(hmac: &[u8; 20]) -> u32 {
        let offset = usize::from(hmac[19] & 0xF);
        let word = [hmac[offset], hmac[offset + 1], hmac[offset + 2], hmac[offset + 3]];
        u32::from_be_bytes(word) & 0x7FFF_FFFF
    }

    pub(crate) fn base32(text: &str) -> Option<[u8; 20]> {
        let mut out = [0; 20];
        let (mut bits, mut count, mut place) = (0u16, 0, out.iter_mut());
        for byte in text.bytes() {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'2'..=b'7' => byte - b'2' + 26,
                _ => return None,
            };
            (bits, count) = (bits << 5 | u16::from(value), count + 5);
            if count >= 8 {
                count -= 8;
                *place.next()? = (bits >> count) as u8;
            }
        }
        Some(out)
    }

    pub(crate) fn crockford(text: &str) -> Result<[u8; 24], ()> {
        let mut out = [0; 24];
        for (place, byte) in out.iter_mut().zip(text.bytes()) {
            let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
            *place = alphabet.iter().position(|known| *known == byte).ok_or(())? as u8;
        }
        Ok(out)
    }
}

struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = xorshift(self.0);
        self.0
    }

    fn secret(&mut self, length: usize) -> Result<Secret, &'static str> {
        let mut bytes = [0; 64];
        bytes.fill_with(|| self.next() as u8);
        Secret::from_bytes(bytes.get(..length).unwrap_or(&bytes)).map_err(|_| "a length")
    }
}

fn text(code: &Code) -> [u8; 6] {
    code.text().as_str().as_bytes().try_into().unwrap_or_default()
}

fn digits(mut value: u32) -> [u8; 6] {
    let mut digits = [0; 6];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
    digits
}
