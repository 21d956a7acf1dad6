//! Secrets as such.

use super::{Operation, sink};
use crate::leaky;
use crate::sample::{ALGORITHMS, key, secret_bytes, secret_key};
use mfa_core::{Entropy, EntropyError, Secret};

pub fn operations() -> Vec<Operation> {
    vec![equality(), generation(), zeros()]
}

fn equality() -> Operation {
    Operation::telling("comparing secrets", || {
        for len in [1, 20, 64, 128] {
            let mut other = key(len);
            other[len - 1] ^= 1;
            let other = Secret::from_bytes(&secret_bytes(&other)).unwrap();
            assert!(secret_key(len) == secret_key(len));
            assert!(secret_key(len) != other);
        }
        assert!(secret_key(20) != secret_key(21));
    })
    .but("ends at the first difference", || {
        sink(leaky::equal_until_different(secret_key(20).expose(), &key(20)));
    })
    .but("slices compared", || sink(secret_key(20).expose() == key(20)))
}

fn generation() -> Operation {
    Operation::telling("making a secret", || {
        for algorithm in ALGORITHMS {
            let mut bytes = secret_bytes(&key(64));
            sink(Secret::generate(algorithm, &mut Entropy::new(&mut bytes)).unwrap());
        }
    })
    .but("zeros looked for byte by byte", || {
        sink(leaky::equal_until_different(&secret_bytes(&key(64)), &[0; 64]));
    })
}

fn zeros() -> Operation {
    Operation::telling("refusing zeros", || {
        let mut bytes = secret_bytes(&[0; 64]);
        let made = Secret::generate(ALGORITHMS[2], &mut Entropy::new(&mut bytes));
        assert_eq!(made, Err(EntropyError));
    })
    .but("zeros looked for byte by byte", || {
        sink(leaky::equal_until_different(&secret_bytes(&[0; 64]), &[0; 64]));
    })
}
