//! A budget, recomputed from the whole history of what was spent.

use mfa_core::{Bucket, Limits};

/// When each unit was spent, in the order in which that happened.
#[derive(Clone, Default)]
pub struct History(Vec<u64>);

impl History {
    /// From when on another unit may be spent: `None` if one may be now.
    ///
    /// The whole history is lived through again. Units come back one by one, a period after
    /// the first one was spent, and so on until all are back. Time that runs backwards brings
    /// nothing back, and takes nothing either.
    pub fn locked_until(&self, bucket: Bucket, now: u64) -> Option<u64> {
        let (mut spent, mut since) = (0u64, 0u128);
        let period = u128::from(bucket.period);
        let come_back = |spent: &mut u64, since: &mut u128, time: u64| {
            while *spent > 0 && *since + period <= time.into() {
                *spent -= 1;
                *since += period;
            }
            if *spent == 0 {
                *since = (*since).max(time.into());
            }
        };
        for time in &self.0 {
            come_back(&mut spent, &mut since, *time);
            spent += 1;
        }
        come_back(&mut spent, &mut since, now);
        let over = spent.checked_sub(bucket.capacity.into())?;
        let until = since + (u128::from(over) + 1) * period;
        Some(u64::try_from(until).unwrap_or(u64::MAX))
    }

    pub fn spend(&mut self, bucket: Bucket, now: u64, excess: u64) {
        self.0.push(now);
        self.check_never_overdrawn(bucket, excess);
    }

    /// I2: in any interval, by the furthest clock, not more units are spent than the bucket
    /// holds and gets back. `excess` is what the last evaluation may take beyond.
    fn check_never_overdrawn(&self, bucket: Bucket, excess: u64) {
        let mut furthest = Vec::new();
        for time in &self.0 {
            furthest.push(*furthest.last().unwrap_or(time).max(time));
        }
        for (i, from) in furthest.iter().enumerate() {
            for (j, to) in furthest.iter().enumerate().skip(i) {
                let spent = (j - i) as u64 + 1;
                let allowed = u64::from(bucket.capacity) + (to - from) / u64::from(bucket.period);
                assert!(spent <= allowed + excess, "{spent} units from {from} to {to}");
            }
        }
    }
}

/// The three budgets of a class.
#[derive(Clone, Default)]
pub struct Budget {
    fast: History,
    slow: History,
    reserve: History,
}

impl Budget {
    pub fn locked_until(&self, limits: Limits, familiar: bool, now: u64) -> Option<u64> {
        let fast = self.fast.locked_until(limits.fast, now);
        let slow = self.slow.locked_until(limits.slow, now);
        let ordinary = fast.max(slow)?;
        match familiar {
            true => self.reserve.locked_until(limits.reserve, now).map(|until| until.min(ordinary)),
            false => Some(ordinary),
        }
    }

    /// One evaluation spent so many units. A familiar device pays from the reserve what the
    /// others do not have.
    pub fn spend(&mut self, limits: Limits, familiar: bool, now: u64, units: usize) {
        for _ in 0..units {
            let paying = match familiar && self.locked_until(limits, false, now).is_some() {
                true => vec![(&mut self.reserve, limits.reserve)],
                false => vec![(&mut self.fast, limits.fast), (&mut self.slow, limits.slow)],
            };
            for (history, bucket) in paying {
                history.spend(bucket, now, 2);
            }
        }
    }

    pub fn forgive_fast(&mut self) {
        self.fast = History::default();
    }
}
