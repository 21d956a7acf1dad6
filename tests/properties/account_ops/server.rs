//! A server between decision and storage.

use super::model::Model;
use super::request::{Door, Outcome, Request, Seen};
use super::world::Record;
use mfa_core::*;

/// A step, whatever its outcome.
pub trait Undecided {
    fn expected(&self) -> Version;
    fn next(&self) -> &Record;
    fn settle(self: Box<Self>, write: Write) -> Result<Outcome, Unsettled>;
}

impl<O: Into<Outcome>> Undecided for Step<Record, O> {
    fn expected(&self) -> Version {
        self.expected()
    }

    fn next(&self) -> &Record {
        self.next()
    }

    fn settle(self: Box<Self>, write: Write) -> Result<Outcome, Unsettled> {
        (*self).settle(write).map(|(_, outcome)| outcome.into())
    }
}

/// A decision that waits for storage, and what the model expects of it.
pub struct Decision {
    pub step: Box<dyn Undecided>,
    pub model: Model,
    pub seen: Seen,
    pub request: Request,
}

/// Decides by both doors, which must agree, and by the model, which must agree too.
pub fn decide(
    record: &Record,
    model: &Model,
    request: Request,
    cx: &Context<'_>,
) -> Result<Decision, Refused> {
    let expected = model.decide(&request, cx);
    let by_value = request.present(ByValue { record, cx });
    let mut scratch = Record::new(record.account(), RecordId::from_bytes([9; 16]));
    let in_place = request.present(InPlace { record, scratch: &mut scratch, cx });
    match (expected, by_value, in_place) {
        (Err(expected), Err(refused), Err(in_place)) => {
            assert_eq!(refused, expected, "{request:?} at {}", cx.now);
            assert_eq!(in_place, expected);
            Err(refused)
        }
        (Ok((model, seen)), Ok(step), Ok((bytes, in_place))) => {
            assert_eq!(step.expected(), record.version());
            assert_eq!(bytes, encoded(step.next()), "the two doors differ: {request:?}");
            assert_eq!(in_place, seen, "{request:?} at {}", cx.now);
            Ok(Decision { step, model, seen, request })
        }
        (expected, by_value, _) => panic!(
            "{request:?} at {}: {:?}, expected {:?}",
            cx.now,
            by_value.map(|_| "carried out"),
            expected.map(|(_, seen)| seen)
        ),
    }
}

struct ByValue<'a> {
    record: &'a Record,
    cx: &'a Context<'a>,
}

impl Door for ByValue<'_> {
    type Answer = Result<Box<dyn Undecided>, Refused>;

    fn open<O: Operation>(self, operation: O) -> Self::Answer
    where
        O::Outcome: Into<Outcome> + 'static,
    {
        Ok(Box::new(self.record.decide(operation, self.cx)?))
    }
}

struct InPlace<'a> {
    record: &'a Record,
    scratch: &'a mut Record,
    cx: &'a Context<'a>,
}

impl Door for InPlace<'_> {
    type Answer = Result<(Vec<u8>, Seen), Refused>;

    fn open<O: Operation>(self, operation: O) -> Self::Answer
    where
        O::Outcome: Into<Outcome> + 'static,
    {
        let step = self.record.decide_in(self.scratch, operation, self.cx)?;
        let (next, outcome) = step.settle(Write::Stored).unwrap();
        Ok((encoded(next), outcome.into().seen()))
    }
}

/// A record as bytes, by which records are compared.
pub fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = vec![0; Record::MAX_ENCODED_LEN];
    let len = record.encode(&mut bytes).unwrap();
    bytes.truncate(len);
    bytes
}
