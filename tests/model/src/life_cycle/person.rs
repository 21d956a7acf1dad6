//! What somebody holds, and learns from outcomes.

use crate::call::{Outcome, Pass};

/// What somebody holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Person {
    /// The latest ticket for the password, and for a second factor.
    pub(super) password: Option<Pass>,
    pub(super) verified: Option<Pass>,
    /// The authenticators whose secret they were shown.
    pub(super) devices: Vec<[u8; 10]>,
    /// The recovery codes they were shown.
    pub(super) recovery_codes: Vec<String>,
}

impl Person {
    pub(super) fn learn(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Accepted { verified, recovery_code, .. } => {
                self.verified = Some(*verified);
                self.recovery_codes.extend(recovery_code.clone());
            }
            Outcome::Associated { authenticator, recovery_codes, .. }
            | Outcome::AssociatedOver { authenticator, recovery_codes, .. } => {
                self.devices.push(*authenticator);
                self.recovery_codes.extend(recovery_codes.clone());
            }
            Outcome::Codes(codes) => self.recovery_codes.extend(codes.clone()),
            _ => {}
        }
    }
}
