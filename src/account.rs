//! The verifier's state machine: one account, decided on one operation at a time.

mod administer;
mod answer_push;
mod associate;
mod associate_out_of_band;
mod authenticator;
mod challenge;
mod codec;
mod confirm;
mod factor;
mod import;
mod operation;
mod otp;
mod out_of_band;
mod packed;
mod present_out_of_band;
mod rebind;
mod record;
mod regenerate;
mod remove;
mod respond;
mod resynchronize;
#[cfg(feature = "serde")]
mod serial;
mod state;
mod verdict;

pub use self::administer::{Reset, Restored, Unlock};
pub use self::answer_push::{AnswerPush, Answered};
pub use self::associate::{Associate, Associated, NewAuthenticator};
pub use self::associate_out_of_band::{AssociateOutOfBand, AssociatedOutOfBand};
pub use self::authenticator::{Authenticator, Kind, Label, LabelError, Phase};
pub use self::challenge::Challenge;
pub use self::codec::{DecodeError, EncodeError};
pub use self::confirm::Confirm;
pub use self::factor::{HotpParameters, TotpParameters};
pub use self::import::Import;
pub use self::operation::{Context, Operation, Refused};
pub use self::out_of_band::Delivery;
pub use self::rebind::Rebind;
pub use self::record::Account;
pub use self::regenerate::{RegenerateRecoveryCodes, Regenerated};
pub use self::remove::{Remove, Removed};
pub use self::respond::{Respond, Response};
pub use self::resynchronize::{Resynchronize, Resynchronized};
pub use self::verdict::{Grant, Method, Notices, Verdict};
