//! The clock: a counter of seconds that is tied to the time, trimmed, and mistrusted.

use super::operation::Operation;
use super::record::State;
use super::refused::Refused;

/// What is known of the real-time clock (RTC).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) set: Option<Setting>,
    /// By how much the time runs faster than the RTC, in 2^-32: no division in use.
    pub(super) rate: i32,
}

/// What was known when the clock was set, and since.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) rtc: u64,
    pub(super) now: u64,
    /// The last reading of the RTC that was used.
    pub(super) seen: u64,
}

/// One part in a million, in 2^-32.
const PPM: i32 = 4295;

impl Clock {
    pub(super) const UNSET: Self = Self { set: None, rate: 0 };

    /// 1000 ppm: ten times what a bad quartz drifts.
    pub(super) const MAX_RATE: i32 = 1000 * PPM;

    /// Drift shows after a day: a second, the RTC's grain, is 12 ppm of it.
    const SHORTEST_MEASURE: u64 = 24 * 60 * 60;

    /// The time when the RTC reads `rtc`. Saturates.
    pub(super) fn time(&self, rtc: u64) -> Result<u64, Refused> {
        let set = self.set.ok_or(Refused::ClockNotSet)?;
        if rtc < set.seen {
            return Err(Refused::ClockLost);
        }
        let elapsed = rtc.saturating_sub(set.rtc);
        // Exact for 136 years, and below 2^63 always.
        let counted = i64::from(u32::try_from(elapsed).unwrap_or(u32::MAX));
        let correction = counted.wrapping_mul(self.rate.into()) >> 32;
        Ok(set.now.saturating_add(elapsed).saturating_add_signed(correction))
    }

    /// As [`time`](Self::time), and from then on the RTC has been seen there.
    pub(super) fn read(&mut self, rtc: u64) -> Result<u64, Refused> {
        let time = self.time(rtc)?;
        if let Some(set) = &mut self.set {
            set.seen = rtc;
        }
        Ok(time)
    }

    /// By how much the time ran faster than the RTC since the clock was set.
    fn measure(&self, rtc: u64, now: u64) -> Option<i32> {
        let set = self.set.filter(|set| set.seen <= rtc)?;
        let elapsed = rtc.checked_sub(set.rtc).filter(|it| *it >= Self::SHORTEST_MEASURE)?;
        let passed = now.checked_sub(set.now)?;
        let size = passed.abs_diff(elapsed).checked_mul(1 << 32)?.checked_div(elapsed)?;
        let size = i32::try_from(size).ok().filter(|size| *size <= Self::MAX_RATE)?;
        Some(if passed < elapsed { size.saturating_neg() } else { size })
    }
}

/// What is made up for of the quartz's drift when the clock is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Trim {
    /// What was before; nothing at first.
    Keep,
    /// So many parts in a million, at most ±1000: positive if the quartz is slow. Measured at
    /// the factory, say.
    Ppm(i16),
    /// What it drifted since it was set before, at least a day ago.
    Measure,
}

/// Tells the token what time it is.
///
/// On whose authority is the integrator's part. No setting makes the token show a code of an
/// earlier step than before: set back, it waits until the time is there again.
///
/// # Errors
/// [`Refused::Blank`], [`Refused::WrongKind`] if the kind has no time,
/// [`Refused::DriftTooLarge`], [`Refused::DriftNotMeasured`].
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct SetClock {
    /// What the real-time clock reads, in seconds: since any moment, as long as it goes on
    /// from there.
    pub rtc: u64,
    /// The time, in seconds since the Unix epoch.
    pub now: u64,
    /// What to do about drift.
    pub trim: Trim,
}

impl Operation for SetClock {
    type Outcome = ();

    fn run(self, state: &mut State) -> Result<(), Refused> {
        state.check_has_clock()?;
        let clock = &mut state.clock;
        clock.rate = match self.trim {
            Trim::Keep => clock.rate,
            Trim::Ppm(ppm @ -1000..=1000) => i32::from(ppm).wrapping_mul(PPM),
            Trim::Ppm(_) => return Err(Refused::DriftTooLarge),
            Trim::Measure => clock.measure(self.rtc, self.now).ok_or(Refused::DriftNotMeasured)?,
        };
        clock.set = Some(Setting { rtc: self.rtc, now: self.now, seen: self.rtc });
        Ok(())
    }
}

/// The real-time clock lost its power, as the firmware knows when it starts: no code that
/// needs the time is made until it is set again. What is known of its drift is kept.
///
/// # Errors
/// [`Refused::Blank`], [`Refused::WrongKind`] if the kind has no time.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct LoseClock;

impl Operation for LoseClock {
    type Outcome = ();

    fn run(self, state: &mut State) -> Result<(), Refused> {
        state.check_has_clock()?;
        state.clock.set = None;
        Ok(())
    }
}

impl State {
    fn check_has_clock(&self) -> Result<(), Refused> {
        match self.kind.as_ref().is_some_and(|kind| kind.has_time()) {
            true => Ok(()),
            false => Err(self.wrong_kind()),
        }
    }
}
