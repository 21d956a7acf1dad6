//! Where a race begins.

use crate::call::{self, Call, NewDevice, Operate, Outcome, Pass};
use crate::setting::{ACCOUNT, Device, FIRST_STEP, RECORD, Record, policy, random};
use crate::verifier::Stored;
use mfa_core::{Context, Entropy, Scopes, Write};

/// What the account has when the race begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Two apps with colliding codes.
    TwoApps,
    /// An app, and recovery codes in use.
    AppAndRecoveryCode,
    /// An app and a counter-based token, which may be resynchronized.
    AppAndToken,
    /// An association that waits for its confirmation.
    Enrolling,
}

/// The account at the start, and who holds what.
pub struct Scene {
    pub record: Stored,
    pub revision: u64,
    pub devices: Vec<(Device, [u8; 10])>,
    pub first_code: String,
    pub user: Pass,
    pub thief: Pass,
    /// A second factor was proved for it.
    pub verified: Pass,
}

/// All of it happens this long before the clock stands at 0, in steps.
const BEFORE: u64 = 2;

const NOW: u64 = (FIRST_STEP - BEFORE) * crate::setting::STEP;

impl Start {
    pub fn scene(self) -> Scene {
        let mut record = Record::new(ACCOUNT, RECORD);
        let user = first_factor(&record, 1);
        let mut scene = Scene {
            record: Stored::encode(&record),
            revision: 0,
            devices: Vec::new(),
            first_code: String::new(),
            user,
            thief: user,
            verified: user,
        };
        match self {
            Self::TwoApps => {
                scene.bind(&mut record, Device::Phone);
                scene.confirm(&mut record, Device::Phone);
                scene.bind(&mut record, Device::Tablet);
                scene.confirm(&mut record, Device::Tablet);
            }
            Self::AppAndRecoveryCode => {
                scene.bind(&mut record, Device::Phone);
                scene.confirm(&mut record, Device::Phone);
            }
            Self::AppAndToken => {
                scene.bind(&mut record, Device::Phone);
                scene.confirm(&mut record, Device::Phone);
                scene.bind(&mut record, Device::Token);
                scene.confirm(&mut record, Device::Token);
            }
            Self::Enrolling => scene.bind(&mut record, Device::Phone),
        }
        if self != Self::Enrolling {
            scene.user = first_factor(&record, 2);
        }
        scene.thief = first_factor(&record, 3);
        scene.record = Stored::encode(&record);
        scene.revision = record.version().revision;
        scene
    }
}

fn first_factor(record: &Record, seed: u64) -> Pass {
    let cx = Context { now: NOW, policy: &policy() };
    let ticket = record.first_factor_ticket(Scopes::ALL, Entropy::new(&mut random(!seed)), &cx);
    Pass::of(&ticket.expect("the bytes are enough"))
}

impl Scene {
    /// The name of a device's authenticator.
    pub fn id(&self, device: Device) -> [u8; 10] {
        let known = self.devices.iter().find(|(one, _)| *one == device);
        known.expect("the device is in the scene").1
    }

    fn bind(&mut self, record: &mut Record, device: Device) {
        let secret = device.secret().expose().to_vec();
        let new = NewDevice { secret, is_token: device == Device::Token };
        match self.run(record, Operate::Import(new)) {
            Outcome::Associated { authenticator, recovery_codes, .. } => {
                self.devices.push((device, authenticator));
                self.first_code.extend(recovery_codes);
            }
            other => panic!("not associated: {other:?}"),
        }
    }

    fn confirm(&mut self, record: &mut Record, device: Device) {
        let factor = if device == Device::Token { 0 } else { FIRST_STEP - BEFORE };
        match self.run(record, Operate::Confirm(device.code(factor))) {
            Outcome::Accepted { verified, .. } => self.verified = verified,
            other => panic!("not accepted: {other:?}"),
        }
    }

    fn run(&self, record: &mut Record, operation: Operate) -> Outcome {
        let call = Call { pass: self.verified, operation, seed: record.version().revision };
        let decision = call::decide(record, &call, NOW, &policy(), Write::Stored);
        let decision = decision.expect("nothing refuses the start");
        *record = decision.next;
        decision.settled.expect("a stored step settles")
    }
}
