//! Names as they stand in URLs and answers: `totp|dev_…`, `user|…`.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use mfa_core::{AccountId, AuthenticatorId, Channel, Kind, RecordId};
use std::fmt;

/// An authenticator as the API names it. Twins differ in the prefix alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiId {
    pub kind: ApiKind,
    pub id: AuthenticatorId,
}

/// What stands before the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKind {
    Factor(Kind),
    RecoveryCode,
}

impl ApiId {
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, suffix) = text.split_once("|dev_")?;
        let kind = match prefix {
            "totp" => ApiKind::Factor(Kind::Totp),
            "push" => ApiKind::Factor(Kind::OutOfBand(Channel::Push)),
            "sms" => ApiKind::Factor(Kind::OutOfBand(Channel::Sms)),
            "voice" => ApiKind::Factor(Kind::OutOfBand(Channel::Voice)),
            "email" => ApiKind::Factor(Kind::OutOfBand(Channel::Email)),
            "recovery-code" => ApiKind::RecoveryCode,
            _ => return None,
        };
        let bytes = BASE32_NOPAD.decode(suffix.as_bytes()).ok()?;
        Some(Self { kind, id: AuthenticatorId::from_bytes(bytes.try_into().ok()?) })
    }

    /// The name of an account's recovery codes: the same as long as the record lives.
    pub fn of_recovery_codes(record: RecordId) -> Self {
        let digest = aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            &[b"mfa-server recovery-code id", record.as_bytes().as_slice()].concat(),
        );
        let mut id = [0; AuthenticatorId::LEN];
        id.copy_from_slice(&digest.as_ref()[..AuthenticatorId::LEN]);
        Self { kind: ApiKind::RecoveryCode, id: AuthenticatorId::from_bytes(id) }
    }
}

impl fmt::Display for ApiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.kind {
            ApiKind::Factor(Kind::OutOfBand(channel)) => channel.name(),
            ApiKind::RecoveryCode => "recovery-code",
            ApiKind::Factor(_) => "totp",
        };
        write!(f, "{prefix}|dev_{}", BASE32_NOPAD.encode(self.id.as_bytes()))
    }
}

/// A user as tokens name them (`sub`).
pub fn subject(account: AccountId) -> String {
    format!("user|{}", HEXLOWER.encode(account.as_bytes()))
}

/// The account of a `sub`.
pub fn account(subject: &str) -> Option<AccountId> {
    let bytes = HEXLOWER.decode(subject.strip_prefix("user|")?.as_bytes()).ok()?;
    Some(AccountId::from_bytes(bytes.try_into().ok()?))
}
