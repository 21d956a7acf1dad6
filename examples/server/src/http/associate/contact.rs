//! Where codes are to be sent: numbers (E.164), addresses, devices.

use crate::http::ApiError;
use crate::http::body::Fields;
use mfa_core::{Channel, Label};

/// A channel and, where the server knows it, whom it leads to.
pub(super) struct Address {
    pub(super) channel: Channel,
    /// A number or an address; none of a device.
    pub(super) to: Option<String>,
    /// What the user is shown of it.
    pub(super) label: Label,
}

/// What `oob_channels` (or `oob_channel`), `phone_number` and `email` say. Without `email` it is
/// the user's own address, which is their name here if they have one.
pub(super) fn address(fields: &Fields, own: Option<&str>) -> Result<Address, ApiError> {
    let missing = || ApiError::invalid_request("Missing required parameter: oob_channels");
    let (many, one) =
        (fields.optional_texts("oob_channels")?, fields.optional_text("oob_channel")?);
    let channels = many.or(one.map(|one| vec![one])).ok_or_else(missing)?;
    let channel = match channels.as_slice() {
        ["sms", ..] => Channel::Sms,
        ["voice", ..] => Channel::Voice,
        ["email"] => Channel::Email,
        ["auth0"] => Channel::Push,
        _ => {
            let description =
                "Invalid parameter: oob_channels must name sms, voice, email or auth0";
            return Err(ApiError::invalid_request(description));
        }
    };
    let to = match channel {
        Channel::Sms | Channel::Voice => Some(phone_number(fields.text("phone_number")?)?),
        Channel::Email => Some(match (fields.optional_text("email")?, own.map(email)) {
            (None, Some(Ok(own))) => own,
            _ => email(fields.text("email")?)?,
        }),
        _ => None,
    };
    let masked = to.as_deref().map_or_else(String::new, |to| mask(channel, to));
    // A mask is ASCII and short enough.
    Ok(Address { channel, to, label: Label::new(&masked).unwrap_or_default() })
}

/// E.164: a plus, and 7 to 15 digits, the first of which is not 0.
fn phone_number(text: &str) -> Result<String, ApiError> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let well_formed = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    let description = "Invalid parameter: phone_number must be an E.164 number";
    well_formed.then(|| text.to_owned()).ok_or_else(|| ApiError::invalid_request(description))
}

/// Something at a host: whether mail arrives there is found out by sending some.
fn email(text: &str) -> Result<String, ApiError> {
    let plausible = |part: &str| {
        !part.is_empty() && part.chars().all(|char| !char.is_whitespace() && !char.is_control())
    };
    let well_formed = text.len() <= 254
        && text.rsplit_once('@').is_some_and(|(name, host)| {
            plausible(name) && name.len() <= 64 && plausible(host) && !host.contains(['<', '>'])
        });
    let description = "Invalid parameter: email must be an address";
    well_formed.then(|| text.to_owned()).ok_or_else(|| ApiError::invalid_request(description))
}

/// The last four digits of a number; the first letters of an address's two sides.
fn mask(channel: Channel, to: &str) -> String {
    match (channel, to.rsplit_once('@')) {
        (Channel::Email, Some((name, host))) => {
            let first = |text: &str| text.chars().next().filter(char::is_ascii).unwrap_or('*');
            format!("{}***@{}***", first(name), first(host))
        }
        _ => {
            let hidden = to.len().saturating_sub(4);
            format!("{}{}", "X".repeat(hidden), to.get(hidden..).unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_four_digits_and_addresses_two_letters() {
        assert_eq!(mask(Channel::Sms, "+15555559167"), "XXXXXXXX9167");
        assert_eq!(mask(Channel::Email, "alice@example.com"), "a***@e***");
        assert_eq!(mask(Channel::Email, "élan@example.com"), "****@e***");
    }

    #[test]
    fn numbers_are_e164_and_addresses_plausible() {
        for good in ["+15555559167", "+4930123456", "+123456789012345"] {
            assert!(phone_number(good).is_ok(), "{good}");
        }
        for bad in
            ["", "+", "15555559167", "+0555555916", "+1555", "+1 555 5559167", "+1234567890123456"]
        {
            assert!(phone_number(bad).is_err(), "{bad}");
        }
        assert!(email("a@b").is_ok());
        for bad in ["", "@", "a@", "@b", "a b@c", "a@b c", "a@b\r\nBcc: x"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }
}
