//! The wire format of protocol buffers, as far as a migration needs it: fields of varints and
//! of bytes, read one after the other.

use super::MigrationError;
use super::span::Span;

/// The value of a field.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 2.
    Bytes(Span<'a>),
    /// Wire types 1 and 5, which no known field has: eight bytes or four.
    Fixed,
}

/// The next field of a message, its number and its value, or `None` at the message's end.
pub(super) fn next_field<'a>(
    message: &mut Span<'a>,
) -> Result<Option<(u64, Value<'a>)>, MigrationError> {
    let Some(first) = message.next() else { return Ok(None) };
    let tag = varint(first, message)?;
    let value = match tag & 7 {
        0 => Value::Varint(next_varint(message)?),
        1 => fixed(8, message)?,
        2 => Value::Bytes(bytes(message)?),
        5 => fixed(4, message)?,
        _ => return Err(MigrationError::InvalidWireType),
    };
    match tag >> 3 {
        0 => Err(MigrationError::InvalidWireType),
        field => Ok(Some((field, value))),
    }
}

fn fixed<'a>(len: usize, message: &mut Span<'a>) -> Result<Value<'a>, MigrationError> {
    skip(len, message)?;
    Ok(Value::Fixed)
}

fn bytes<'a>(message: &mut Span<'a>) -> Result<Span<'a>, MigrationError> {
    let len = usize::try_from(next_varint(message)?).map_err(|_| MigrationError::Truncated)?;
    let bytes = Span { len, ..*message };
    skip(len, message)?;
    Ok(bytes)
}

fn skip(len: usize, message: &mut Span<'_>) -> Result<(), MigrationError> {
    let skipped = message.take(len).count();
    if skipped == len { Ok(()) } else { Err(MigrationError::Truncated) }
}

fn next_varint(message: &mut Span<'_>) -> Result<u64, MigrationError> {
    let first = message.next().ok_or(MigrationError::Truncated)?;
    varint(first, message)
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn varint(first: u8, message: &mut Span<'_>) -> Result<u64, MigrationError> {
    let (mut value, mut byte) = (0, first);
    for shift in (0..u64::BITS).step_by(7) {
        let bits = u64::from(byte & 0x7F);
        value |= bits << shift;
        if (bits << shift) >> shift != bits {
            return Err(MigrationError::OverlongVarint);
        }
        if byte & 0x80 == 0 {
            return Ok(value);
        }
        byte = message.next().ok_or(MigrationError::Truncated)?;
    }
    Err(MigrationError::OverlongVarint)
}
