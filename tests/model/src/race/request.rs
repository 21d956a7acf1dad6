//! What arrives at the servers.

use super::{Race, Start, State};
use crate::call::{Call, Operate};
use crate::setting::{Device, FIRST_STEP, FOREIGN_RECOVERY_CODE, WRONG_CODE, recovery_code};

/// What arrives, in symbols. Codes are right ones of some time or counter, unless they are
/// said to be wrong.
///
/// There is no network in the state: it doubles, delays and reorders at will, so that any
/// code that was shown so far can arrive at any time, any number of times, and a thief who
/// sees all of them can send no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    Otp(Device, u64),
    WrongOtp,
    /// The recovery code that was drawn at this revision, or the first one (0).
    RecoveryCode(u64),
    WrongRecoveryCode,
    Confirm(u64),
    WrongConfirm,
    /// With two codes in a row, from this one on.
    Resynchronize(Device, u64),
}

/// How many steps ago a code may have been shown that still arrives. Older ones are as good
/// as wrong.
const OLDEST: u64 = 2;

impl Race {
    /// What may arrive now: codes that devices have shown, recovery codes that were seen, and
    /// wrong ones.
    pub(super) fn requests(&self, state: &State) -> Vec<Request> {
        let shown = state.clock.saturating_sub(OLDEST)..=state.furthest;
        let steps = || shown.clone().map(|clock| FIRST_STEP + clock);
        let codes = |device| steps().map(move |step| Request::Otp(device, step));
        let mut requests = Vec::new();
        match self.start {
            Start::TwoApps => {
                requests.extend(codes(Device::Phone).chain(codes(Device::Tablet)));
                requests.push(Request::WrongOtp);
            }
            Start::AppAndRecoveryCode => {
                requests.extend(codes(Device::Phone));
                let seen = state.history.seen_codes(&self.scene);
                requests.extend(seen.map(Request::RecoveryCode));
                requests.extend([Request::WrongOtp, Request::WrongRecoveryCode]);
            }
            Start::AppAndToken => {
                requests.extend(codes(Device::Phone));
                requests.extend(steps().map(|step| Request::Resynchronize(Device::Phone, step)));
                requests.extend([1, 2].map(|counter| Request::Otp(Device::Token, counter)));
                requests.push(Request::Resynchronize(Device::Token, 1));
                requests.push(Request::WrongOtp);
            }
            Start::Enrolling => {
                requests.extend(steps().map(Request::Confirm));
                requests.extend(codes(Device::Phone));
                requests.extend([Request::WrongConfirm, Request::RecoveryCode(0)]);
            }
        }
        requests
    }

    /// The call that a request is for the core. Random bytes are fresh for each revision: of
    /// two decisions on the same one, one is dropped.
    pub(super) fn call(&self, request: Request, by_thief: bool, revision: u64) -> Call {
        let scene = &self.scene;
        let operation = match request {
            Request::Otp(device, factor) => Operate::Otp(device.code(factor)),
            Request::WrongOtp => Operate::Otp(WRONG_CODE.to_owned()),
            Request::RecoveryCode(0) => Operate::RecoveryCode(scene.first_code.clone()),
            Request::RecoveryCode(drawn) => Operate::RecoveryCode(recovery_code(drawn)),
            Request::WrongRecoveryCode => Operate::RecoveryCode(FOREIGN_RECOVERY_CODE.to_owned()),
            Request::Confirm(step) => Operate::Confirm(Device::Phone.code(step)),
            Request::WrongConfirm => Operate::Confirm(WRONG_CODE.to_owned()),
            Request::Resynchronize(device, factor) => {
                let codes = [device.code(factor), device.code(factor + 1)];
                Operate::Resynchronize(scene.id(device), codes)
            }
        };
        let pass = match request {
            Request::Resynchronize(..) => scene.verified,
            Request::Confirm(_) | Request::WrongConfirm => scene.user,
            _ if by_thief => scene.thief,
            _ => scene.user,
        };
        Call { pass, operation, seed: revision }
    }
}
