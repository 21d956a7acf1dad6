//! OCRA against the vectors of RFC 6287, a second implementation, and inputs made to break it.

#[path = "ocra/agreement.rs"]
mod agreement;
#[path = "ocra/inputs.rs"]
mod inputs;
#[path = "ocra/reference.rs"]
mod reference;
#[path = "ocra/responses.rs"]
mod responses;
#[path = "ocra/suites.rs"]
mod suites;
#[path = "ocra/vectors.rs"]
mod vectors;
#[path = "ocra/windows.rs"]
mod windows;

use mfa_core::ocra::{Field, Input, InputError, Ocra, Pin, Response, Suite};
use mfa_core::{Algorithm, Secret, Window};

const SECRET: &[u8] = b"12345678901234567890";

fn suite(text: &str) -> Suite {
    Suite::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn ocra(text: &str) -> Ocra {
    Ocra::new(&Secret::from_bytes(SECRET).unwrap(), suite(text)).unwrap()
}

/// Whether this build can compute the suite.
fn supported(suite: &Suite) -> bool {
    let sha1 = |algorithm| algorithm == Algorithm::Sha1;
    cfg!(feature = "sha2") || (sha1(suite.algorithm()) && suite.pin().is_none_or(sha1))
}

fn text(response: &Response) -> String {
    response.text().as_str().to_owned()
}
