//! How often wrong answers may be given (RFC 4226 §7.3, NIST SP 800-63B-4 §3.2.2).

/// Factors that share a budget. Classes never lock each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Class {
    /// One-time passwords.
    Otp,
    /// Out-of-band codes and answers.
    OutOfBand,
    /// Recovery codes.
    Recovery,
}

/// A budget in a policy: so many units, and one back every so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The most units that can be there: how many wrong answers in a row.
    pub capacity: u16,
    /// Seconds until one unit comes back.
    pub period: u32,
}

/// The budgets of a class of factors. A wrong answer costs one unit; a right one costs
/// nothing and gives nothing back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What a person notices: some attempts, then one every few minutes.
    pub fast: Bucket,
    /// What stops a patient guesser: some attempts a week. Paid together with `fast`.
    pub slow: Bucket,
    /// What tickets from familiar devices pay when the other two are used up, so that a
    /// stranger does not lock the owner out.
    pub reserve: Bucket,
}

/// How much of a bucket is spent, and since when it fills up again.
///
/// Spent rather than left, so that a fresh record needs no policy and a policy may change.
///
/// Packed: a record holds a dozen, and devices count bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(Rust, packed(2))]
pub(crate) struct Level {
    pub(crate) spent: u16,
    pub(crate) since: u64,
}

impl Level {
    /// Nothing spent.
    pub(crate) const NEW: Self = Self { spent: 0, since: 0 };

    /// Takes a unit, if there is one.
    ///
    /// # Errors
    /// The time from which there is one.
    pub(crate) fn take(&mut self, bucket: Bucket, now: u64) -> Result<(), u64> {
        let until = self.at(bucket, now).ready(bucket);
        if until > now {
            return Err(until);
        }
        self.spend(bucket, now);
        Ok(())
    }

    /// The level at a time. A clock that runs backwards changes nothing.
    fn at(self, bucket: Bucket, now: u64) -> Self {
        let period = u64::from(bucket.period.max(1));
        let Some(elapsed) = now.checked_sub(self.since) else { return self };
        let returned = elapsed.checked_div(period).unwrap_or(0);
        match u16::try_from(returned).ok().and_then(|units| self.spent.checked_sub(units)) {
            None | Some(0) => Self { spent: 0, since: now },
            Some(spent) => {
                Self { spent, since: self.since.saturating_add(returned.saturating_mul(period)) }
            }
        }
    }

    fn spend(&mut self, bucket: Bucket, now: u64) {
        *self = self.at(bucket, now);
        self.spent = self.spent.saturating_add(1);
    }

    /// When a unit is there: `now` or earlier if there is one already.
    fn ready(self, bucket: Bucket) -> u64 {
        match self.spent.checked_sub(bucket.capacity) {
            None => 0,
            Some(over) => {
                let units = u64::from(over).saturating_add(1);
                self.since.saturating_add(units.saturating_mul(u64::from(bucket.period.max(1))))
            }
        }
    }
}

/// The spent budgets of one class, in the record: shared by all tickets and all servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Throttle {
    pub(crate) fast: Level,
    pub(crate) slow: Level,
    pub(crate) reserve: Level,
}

impl Throttle {
    /// Nothing spent.
    pub(crate) const NEW: Self =
        { Self { fast: Level::NEW, slow: Level::NEW, reserve: Level::NEW } };

    /// Whether an answer may be evaluated now, of a familiar device or another.
    ///
    /// # Errors
    /// The time from which it may.
    pub(crate) fn check(&self, limits: Limits, familiar: bool, now: u64) -> Result<(), u64> {
        let ready = |level: Level, bucket| level.at(bucket, now).ready(bucket);
        let ordinary = ready(self.fast, limits.fast).max(ready(self.slow, limits.slow));
        let until = match familiar {
            true => ordinary.min(ready(self.reserve, limits.reserve)),
            false => ordinary,
        };
        if until > now { Err(until) } else { Ok(()) }
    }

    /// Counts a wrong answer.
    pub(crate) fn charge(&mut self, limits: Limits, familiar: bool, now: u64) {
        if familiar && self.check(limits, false, now).is_err() {
            self.reserve.spend(limits.reserve, now);
        } else {
            self.fast.spend(limits.fast, now);
            self.slow.spend(limits.slow, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BUCKET: Bucket = Bucket { capacity: 10, period: 360 };
    const LIMITS: Limits = Limits {
        fast: BUCKET,
        slow: Bucket { capacity: 100, period: 25_200 },
        reserve: Bucket { capacity: 5, period: 25_200 },
    };

    #[test]
    fn ten_wrong_answers_then_one_every_six_minutes() {
        let mut throttle = Throttle::default();
        for _ in 0..10 {
            assert_eq!(throttle.check(LIMITS, false, 1_000), Ok(()));
            throttle.charge(LIMITS, false, 1_000);
        }
        assert_eq!(throttle.check(LIMITS, false, 1_000), Err(1_360));
        assert_eq!(throttle.check(LIMITS, false, 1_359), Err(1_360));
        assert_eq!(throttle.check(LIMITS, false, 1_360), Ok(()));
        throttle.charge(LIMITS, false, 1_360);
        assert_eq!(throttle.check(LIMITS, false, 1_360), Err(1_720));
    }

    #[test]
    fn i6_a_clock_that_runs_backwards_refills_nothing() {
        let mut throttle = Throttle::default();
        for _ in 0..10 {
            throttle.charge(LIMITS, false, 5_000);
        }
        assert_eq!(throttle.check(LIMITS, false, 100), Err(5_360));
        throttle.charge(LIMITS, false, 100);
        assert_eq!(throttle.fast, Level { spent: 11, since: 5_000 });
        assert_eq!(throttle.check(LIMITS, false, 5_360), Err(5_720));
    }

    #[test]
    fn the_slow_bucket_stops_who_waits_for_the_fast_one() {
        let mut throttle = Throttle::default();
        let (mut now, mut guesses) = (0, 0);
        while now < 7 * 86_400 {
            match throttle.check(LIMITS, false, now) {
                Ok(()) => {
                    throttle.charge(LIMITS, false, now);
                    guesses += 1;
                }
                Err(until) => now = until,
            }
        }
        assert_eq!(guesses, 100 + (7 * 86_400 - 1) / 25_200);
    }

    #[test]
    fn the_reserve_of_a_familiar_device_is_its_own() {
        let mut throttle = Throttle::default();
        for _ in 0..10 {
            throttle.charge(LIMITS, false, 1_000);
        }
        assert!(throttle.check(LIMITS, false, 1_000).is_err());
        for _ in 0..5 {
            assert_eq!(throttle.check(LIMITS, true, 1_000), Ok(()));
            throttle.charge(LIMITS, true, 1_000);
        }
        // Whichever comes back first: the fast bucket's next unit.
        assert_eq!(throttle.check(LIMITS, true, 1_000), Err(1_360));
        assert_eq!(throttle.check(LIMITS, false, 1_360), Ok(()));
        throttle.charge(LIMITS, true, 1_360);
        assert_eq!(throttle.check(LIMITS, true, 1_360), Err(1_720));
    }

    #[test]
    fn the_ends_of_time_neither_panic_nor_refill() {
        let mut level = Throttle::default();
        for now in [u64::MAX, 0, u64::MAX] {
            level.charge(LIMITS, false, now);
        }
        assert_eq!(level.fast, Level { spent: 3, since: u64::MAX });
    }

    proptest! {
        /// I2: in any interval, at most capacity + ⌊Δ/period⌋ answers are evaluated.
        #[test]
        fn i2_no_more_answers_than_the_budget(times in prop::collection::vec(0u64..20_000, 0..200)) {
            let mut throttle = Throttle::default();
            let mut evaluated = std::vec::Vec::new();
            let mut now = 0u64;
            for time in times {
                now = time.max(now.saturating_sub(700));
                if throttle.check(LIMITS, false, now).is_ok() {
                    throttle.charge(LIMITS, false, now);
                    evaluated.push(now);
                }
            }
            let furthest = evaluated.iter().copied().max().unwrap_or(0);
            prop_assert!(evaluated.len() as u64 <= 10 + furthest / 360);
        }
    }
}
