//! Verification over windows of counters and time steps.

use super::{InputError, Ocra};
use crate::ocra::input::{DataInput, Input};
use crate::ocra::response::Response;
use crate::{Matched, Window, ct};
use core::ops::RangeInclusive;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};

/// What a response was verified with. Store it, and accept only later counters and time steps
/// from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Verified {
    /// The counter, if the suite has one. The next one to expect is one more.
    pub counter: Option<u64>,
    /// The time step, if the suite has one.
    pub time: Option<Matched>,
}

impl Ocra {
    /// Verifies a response to `input` (RFC 6287 §7), or tells that it is wrong: `Ok(None)`.
    ///
    /// If the suite has a counter, the input's and the `look_ahead` counters after it are
    /// acceptable, up to 2^64−1; if it has the time, the steps of `window` around the input's.
    /// Of what the suite does not have, these do nothing. The cost is their product.
    ///
    /// # Timing
    /// All acceptable pairs are computed, always. Where several carry the response, the newest
    /// counter and the newest time step of them are returned: with those burnt, all are.
    /// A response of another suite's form is wrong.
    ///
    /// # Errors
    /// [`InputError`] if the input does not fit the suite, as [`response`](Self::response).
    #[must_use = "a verdict that is not looked at protects nothing"]
    pub fn verify(
        &self,
        response: &Response,
        input: &Input<'_>,
        look_ahead: u32,
        window: Window,
    ) -> Result<Option<Verified>, InputError> {
        let data = self.data(input)?;
        let counters = data.counter.map(|from| from..=from.saturating_add(look_ahead.into()));
        let steps = match data.step {
            None => None,
            Some(now) => match window.steps(now) {
                None => return Ok(None),
                steps => steps,
            },
        };
        Ok(self.scan(response, &data, counters, steps).reveal(&data))
    }

    /// Compares `response` with those of all pairs of a counter and a time step.
    fn scan(
        &self,
        response: &Response,
        data: &DataInput<'_>,
        counters: Option<RangeInclusive<u64>>,
        steps: Option<RangeInclusive<u64>>,
    ) -> Found {
        let any = Choice::from(0);
        let mut found =
            Found { any, counter: 0, step: 0, counters: counters.clone(), steps: steps.clone() };
        for counter in each(counters) {
            for step in each(steps.clone()) {
                let here = self.compute(data, counter, step).ct_eq(response);
                found.add(counter.unwrap_or_default(), step.unwrap_or_default(), here);
            }
        }
        found
    }
}

/// The numbers of a range; one nothing if there is none.
fn each(range: Option<RangeInclusive<u64>>) -> impl Iterator<Item = Option<u64>> {
    let nothing = range.is_none().then_some(None);
    range.into_iter().flatten().map(Some).chain(nothing)
}

/// What a scan of these counters and steps found, still hidden.
struct Found {
    any: Choice,
    counter: u64,
    step: u64,
    counters: Option<RangeInclusive<u64>>,
    steps: Option<RangeInclusive<u64>>,
}

impl Found {
    fn add(&mut self, counter: u64, step: u64, here: Choice) {
        self.counter.conditional_assign(&counter, here & counter.ct_gt(&self.counter));
        self.step.conditional_assign(&step, here & step.ct_gt(&self.step));
        self.any |= here;
    }

    /// Makes the verdict public.
    fn reveal(self, data: &DataInput<'_>) -> Option<Verified> {
        let public = |secret, range: Option<_>| Some(ct::declassify_within(secret, range?));
        ct::declassify(self.any).then(|| Verified {
            counter: public(self.counter, self.counters),
            time: public(self.step, self.steps)
                .zip(data.step)
                .map(|(step, now)| Matched::new(step, now)),
        })
    }
}
