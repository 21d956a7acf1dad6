//! What codes cost, against the floor that no implementation of HMAC gets below: the two
//! compressions that remain when the key's midstates are there.

use criterion::{Criterion, criterion_group, criterion_main};
use mfa_core::{Algorithm, Code, Format, Hotp, Secret, TimeSteps, Totp, Window};
use std::hint::black_box;

const TIME: u64 = 2_000_000_000;

fn floor(c: &mut Criterion, algorithm: Algorithm) {
    let name = format!("{}/two compressions", algorithm.name());
    c.bench_function(&name, |b| match algorithm {
        Algorithm::Sha1 => b.iter(|| {
            let mut state = black_box([1u32; 5]);
            for _ in 0..2 {
                sha1::block_api::compress(&mut state, black_box(&[[7; 64]]));
            }
            u64::from(state[0])
        }),
        Algorithm::Sha256 => b.iter(|| {
            let mut state = black_box([1u32; 8]);
            for _ in 0..2 {
                sha2::block_api::compress256(&mut state, black_box(&[[7; 64]]));
            }
            u64::from(state[0])
        }),
        _ => b.iter(|| {
            let mut state = black_box([1u64; 8]);
            for _ in 0..2 {
                sha2::block_api::compress512(&mut state, black_box(&[[7; 128]]));
            }
            state[0]
        }),
    });
}

fn codes(c: &mut Criterion) {
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        let key = vec![0x5A; algorithm.output_len()];
        let secret = Secret::from_bytes(&key).unwrap();
        let Ok(hotp) = Hotp::new(&secret, algorithm, Format::default()) else { continue };
        floor(c, algorithm);
        c.bench_function(&format!("{}/code", algorithm.name()), |b| {
            b.iter(|| hotp.code(black_box(TIME / 30)));
        });
        c.bench_function(&format!("{}/key and code", algorithm.name()), |b| {
            b.iter(|| {
                let hotp = Hotp::new(black_box(&secret), algorithm, Format::default());
                hotp.unwrap().code(black_box(TIME / 30))
            });
        });
    }
}

fn verification(c: &mut Criterion) {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let steps = TimeSteps::default();
    let totp = Totp::new(&secret, Algorithm::Sha1, Format::default(), steps).unwrap();
    let typed = "279 037";
    assert!(verify(&totp, typed, Window::default()));
    c.bench_function("SHA1/±1 step, text to verdict", |b| {
        b.iter(|| verify(&totp, black_box(typed), Window::default()));
    });
    c.bench_function("SHA1/101 steps, text to verdict", |b| {
        b.iter(|| verify(&totp, black_box(typed), Window::new(50, 50)));
    });
    let codes = [totp.code(TIME - 30), totp.code(TIME)];
    c.bench_function("SHA1/101 steps, two codes in a row", |b| {
        b.iter(|| totp.resynchronize(black_box(&codes), TIME, Window::new(50, 50)));
    });
}

fn verify(totp: &Totp, typed: &str, window: Window) -> bool {
    let code = Code::parse(typed, Format::default());
    code.is_ok_and(|code| totp.verify(&code, black_box(TIME), window).is_some())
}

criterion_group!(benches, codes, verification);
criterion_main!(benches);
