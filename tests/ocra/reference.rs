//! A second OCRA, written from the text of RFC 6287 alone: slow, allocating, and sharing
//! nothing with the first but the hash crates.

use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

pub struct Inputs {
    pub counter: Option<u64>,
    pub question: String,
    pub pin: Option<String>,
    pub session: Option<Vec<u8>>,
    pub time_steps: Option<u64>,
}

/// §5.1: OCRA = CryptoFunction(K, DataInput).
pub fn ocra(suite: &str, key: &[u8], inputs: &Inputs) -> String {
    let [_, crypto_function, data_input] = suite.split(':').collect::<Vec<_>>()[..] else {
        panic!("{suite}");
    };
    let [_, hash, t] = crypto_function.split('-').collect::<Vec<_>>()[..] else {
        panic!("{suite}");
    };
    let mut message = suite.as_bytes().to_vec();
    message.push(0);
    for field in data_input.split('-') {
        match field.split_at(1) {
            ("C", _) => message.extend(inputs.counter.unwrap().to_be_bytes()),
            ("Q", form) => message.extend(question(&form[..1], &inputs.question)),
            ("P", name) => {
                message.extend(self::hash(name, inputs.pin.as_ref().unwrap().as_bytes()))
            }
            ("S", len) => message.extend(session(len, inputs.session.as_ref().unwrap())),
            ("T", _) => message.extend(inputs.time_steps.unwrap().to_be_bytes()),
            _ => panic!("{suite}"),
        }
    }
    let hmac = match hash {
        "SHA1" => Hmac::<Sha1>::new_from_slice(key)
            .unwrap()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec(),
        "SHA256" => Hmac::<Sha256>::new_from_slice(key)
            .unwrap()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec(),
        "SHA512" => Hmac::<Sha512>::new_from_slice(key)
            .unwrap()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec(),
        _ => panic!("{suite}"),
    };
    match t.parse().unwrap() {
        0 => hex(&hmac),
        t => truncate(&hmac, t),
    }
}

/// RFC 4226 §5.3.
fn truncate(hmac: &[u8], digits: usize) -> String {
    let offset = usize::from(hmac[hmac.len() - 1] & 0xF);
    let value = u32::from_be_bytes(hmac[offset..offset + 4].try_into().unwrap()) & 0x7FFF_FFFF;
    let digits_of_value = format!("{value:010}");
    digits_of_value[10 - digits..].to_owned()
}

/// A number as hexadecimal digits; padded with zeros to the right to 128 bytes.
fn question(format: &str, text: &str) -> Vec<u8> {
    let digits = match format {
        "A" => hex(text.as_bytes()),
        "N" => text.parse::<BigUint>().unwrap().to_str_radix(16),
        "H" => text.to_owned(),
        _ => panic!("{format}"),
    };
    unhex(&format!("{digits:0<256}"))
}

/// The reference implementation pads to the left.
fn session(len: &str, bytes: &[u8]) -> Vec<u8> {
    let len: usize = len.parse().unwrap();
    unhex(&format!("{:0>width$}", hex(bytes), width = 2 * len))
}

pub fn hash(name: &str, bytes: &[u8]) -> Vec<u8> {
    match name {
        "SHA1" => Sha1::digest(bytes).to_vec(),
        "SHA256" => Sha256::digest(bytes).to_vec(),
        "SHA512" => Sha512::digest(bytes).to_vec(),
        _ => panic!("{name}"),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
