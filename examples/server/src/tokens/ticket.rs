//! The core's tickets as text inside of sealed tokens.

use data_encoding::BASE64URL_NOPAD;
use mfa_core::{AccountId, Authority, RecordId, Scopes, Ticket, TicketId, TicketParts};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

const LEN: usize = 16 + 16 + 16 + 1 + 1 + 8 + 8 + 8 + 1;

pub(super) fn serialize<S: Serializer>(ticket: &Ticket, to: S) -> Result<S::Ok, S::Error> {
    let parts = ticket.parts();
    let mut bytes = Vec::with_capacity(LEN);
    bytes.extend(parts.id.as_bytes());
    bytes.extend(parts.account.as_bytes());
    bytes.extend(parts.record.as_bytes());
    bytes.extend([parts.authority.number(), parts.scopes.bits()]);
    for number in [parts.issued, parts.expires, parts.generation] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.push(u8::from(parts.familiar));
    to.serialize_str(&BASE64URL_NOPAD.encode(&bytes))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Ticket, D::Error> {
    let text = String::deserialize(from)?;
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
    read(&bytes).map(Ticket::from_parts).ok_or_else(|| D::Error::custom("not a ticket"))
}

fn read(mut bytes: &[u8]) -> Option<TicketParts> {
    fn take<const K: usize>(bytes: &mut &[u8]) -> Option<[u8; K]> {
        let (first, rest) = bytes.split_first_chunk::<K>()?;
        *bytes = rest;
        Some(*first)
    }
    let from = &mut bytes;
    let parts = TicketParts {
        id: TicketId::from_bytes(take(from)?),
        account: AccountId::from_bytes(take(from)?),
        record: RecordId::from_bytes(take(from)?),
        authority: Authority::from_number(take::<1>(from)?[0])?,
        scopes: Scopes::from_bits(take::<1>(from)?[0])?,
        issued: u64::from_be_bytes(take(from)?),
        expires: u64::from_be_bytes(take(from)?),
        generation: u64::from_be_bytes(take(from)?),
        familiar: take::<1>(from)?[0] == 1,
    };
    from.is_empty().then_some(parts)
}
