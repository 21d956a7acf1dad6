//! What is dropped, removed or replaced leaves no secret in the place where it was.
//!
//! Each thing is put into memory that can be looked at. While it lives, the secret is found
//! there, so that the tests look for the right bytes; afterwards no eight bytes of it are.
//!
//! Moves leave copies elsewhere, which nobody but the compiler can prevent, and take along
//! what others left in the unused parts of what is moved. Optimized builds move little: these
//! are tests of those (`cargo test --release`).

mod account;
mod place;
mod token;

use mfa_core::ocra::{Input, Ocra, Suite};
use mfa_core::*;
use place::{Place, elsewhere};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

/// Bytes that no other seed has anywhere.
fn bytes<const K: usize>(seed: u8) -> [u8; K] {
    let mut state = u32::from(seed).wrapping_mul(0x9E37_79B9) | 1;
    core::array::from_fn(|_| {
        state = state.wrapping_mul(0x0019_660D).wrapping_add(0x3C6E_F35F);
        (state >> 24) as u8
    })
}

const KEY: u8 = 1;

fn key() -> Vec<u8> {
    bytes::<64>(KEY).to_vec()
}

fn secret() -> Box<Secret> {
    elsewhere(Secret::from_bytes(&key()).unwrap())
}

fn recovery_code() -> Box<RecoveryCode> {
    let mut entropy = elsewhere(bytes::<15>(KEY));
    elsewhere(RecoveryCode::generate(&mut Entropy::new(&mut *entropy)).unwrap())
}

/// Fails unless the thing holds all of the traces, and nothing of them when it is dropped.
fn leaves_nothing<T>(value: T, traces: &[&[u8]]) {
    let mut place = Place::new(value);
    traces.iter().for_each(|trace| assert!(place.holds(trace), "{}", core::any::type_name::<T>()));
    place.drop();
    let remains = traces.iter().any(|trace| place.holds_part_of(trace));
    assert!(!remains, "of {} something remains", core::any::type_name::<T>());
}

#[test]
#[should_panic(expected = "something remains")]
fn what_is_not_wiped_is_caught() {
    struct Careless(#[expect(dead_code, reason = "looked at in memory")] [u8; 64]);
    leaves_nothing(Careless(bytes(KEY)), &[&key()]);
}

#[test]
#[should_panic(expected = "something remains")]
fn what_is_wiped_in_part_is_caught() {
    struct WipesTheBeginning([u8; 64]);
    impl Drop for WipesTheBeginning {
        fn drop(&mut self) {
            // SAFETY: the first 56 of its own bytes.
            unsafe { core::ptr::write_volatile((&raw mut self.0).cast(), [0u8; 56]) };
        }
    }
    leaves_nothing(WipesTheBeginning(bytes(KEY)), &[&key()]);
}

#[test]
fn secrets_and_their_text_leave_nothing() {
    let text = secret().to_base32().as_str().as_bytes().to_vec();
    leaves_nothing(*secret(), &[&key()]);
    leaves_nothing(elsewhere(secret()).to_base32(), &[&text]);
    let text = elsewhere(String::from_utf8(text).unwrap());
    leaves_nothing(base32::decode(&text), &[&key()]);
}

#[test]
fn codes_and_their_text_leave_nothing() {
    let hotp = Hotp::new(&secret(), Algorithm::Sha1, Format::default()).unwrap();
    let text = hotp.code(7).text().as_str().to_owned();
    let value = text.parse::<u32>().unwrap().to_ne_bytes();
    leaves_nothing(*elsewhere(hotp.code(7)), &[&value]);
    leaves_nothing(*elsewhere(hotp.code(7).text()), &[text.as_bytes()]);
}

#[test]
fn recovery_codes_and_their_text_leave_nothing() {
    leaves_nothing(*recovery_code(), &[&bytes::<15>(KEY)]);
    let text = recovery_code().text().as_str().to_owned();
    leaves_nothing(*elsewhere(recovery_code().text()), &[text.as_bytes()]);
}

/// The hash's states after the padded key, inner and outer, as they lie in memory.
fn midstates(algorithm: Algorithm) -> [Vec<u8>; 2] {
    fn block<const B: usize>(pad: u8) -> [[u8; B]; 1] {
        let mut block = [pad; B];
        block.iter_mut().zip(key()).for_each(|(byte, key)| *byte ^= key);
        [block]
    }
    [0x36, 0x5C].map(|pad| match algorithm {
        Algorithm::Sha256 => {
            let mut state = [
                0x6A09_E667,
                0xBB67_AE85,
                0x3C6E_F372,
                0xA54F_F53A,
                0x510E_527F,
                0x9B05_688C,
                0x1F83_D9AB,
                0x5BE0_CD19,
            ];
            sha2::block_api::compress256(&mut state, &block(pad));
            state.iter().flat_map(|word: &u32| word.to_ne_bytes()).collect()
        }
        Algorithm::Sha512 => {
            let mut state = [
                0x6A09_E667_F3BC_C908,
                0xBB67_AE85_84CA_A73B,
                0x3C6E_F372_FE94_F82B,
                0xA54F_F53A_5F1D_36F1,
                0x510E_527F_ADE6_82D1,
                0x9B05_688C_2B3E_6C1F,
                0x1F83_D9AB_FB41_BD6B,
                0x5BE0_CD19_137E_2179,
            ];
            sha2::block_api::compress512(&mut state, &block(pad));
            state.iter().flat_map(|word: &u64| word.to_ne_bytes()).collect()
        }
        _ => {
            let mut state = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
            sha1::block_api::compress(&mut state, &block(pad));
            state.iter().flat_map(|word: &u32| word.to_ne_bytes()).collect()
        }
    })
}

#[test]
fn midstates_leave_nothing() {
    for algorithm in ALGORITHMS {
        let [inner, outer] = midstates(algorithm);
        let hotp = elsewhere(Hotp::new(&secret(), algorithm, Format::default()).unwrap());
        leaves_nothing(*hotp, &[&inner, &outer]);
        let totp = Totp::new(&secret(), algorithm, Format::Steam, TimeSteps::default());
        leaves_nothing(*elsewhere(totp.unwrap()), &[&inner, &outer]);
    }
}

#[test]
fn ocra_leaves_nothing() {
    for algorithm in ALGORITHMS {
        let [inner, outer] = midstates(algorithm);
        let suite = format!("OCRA-1:HOTP-{}-0:QN08", algorithm.name());
        let ocra = Ocra::new(&secret(), Suite::parse(&suite).unwrap()).unwrap();
        let response = ocra.response(&Input::challenge("12345678")).unwrap();
        let (hmac, text) = (response.hmac().unwrap().to_vec(), response.text());
        let shown = text.as_str().to_owned();
        leaves_nothing(*elsewhere(response), &[&hmac]);
        leaves_nothing(*elsewhere(text), &[shown.as_bytes()]);
        leaves_nothing(*elsewhere(ocra), &[&inner, &outer]);
    }
}

#[test]
fn lent_entropy_is_wiped_whether_used_or_not() {
    let mut lent = bytes::<200>(KEY);
    Secret::generate(Algorithm::Sha1, &mut Entropy::new(&mut lent)).unwrap();
    assert_eq!(lent, [0; 200]);
}
