//! How often a device's answer may be asked for (RFC 8628 §3.5): 12 times a minute.

use mfa_core::ChallengeId;
use std::collections::HashMap;
use std::sync::Mutex;

/// So many polls at once.
const CAPACITY: u64 = 12;
/// One more after so many seconds.
const PERIOD: u64 = 5;

/// The polls of each challenge, in this process: no more than a courtesy to the database, and
/// so nothing that servers share.
#[derive(Default)]
pub struct Polls {
    whole_at: Mutex<HashMap<ChallengeId, u64>>,
}

impl Polls {
    /// Whether there may be another one now.
    pub fn take(&self, challenge: ChallengeId, now: u64) -> bool {
        let mut all = self.whole_at.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if all.len() > 10_000 {
            all.retain(|_, whole_at| *whole_at > now);
        }
        let whole_at = all.entry(challenge).or_default();
        let next = (*whole_at).max(now) + PERIOD;
        let allowed = next <= now + CAPACITY * PERIOD;
        if allowed {
            *whole_at = next;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_polls_a_minute() {
        let (polls, one) = (Polls::default(), ChallengeId::from_bytes([1; 10]));
        let other = ChallengeId::from_bytes([2; 10]);
        assert_eq!((0..20).filter(|_| polls.take(one, 1_000)).count(), 12);
        assert!(polls.take(other, 1_000));
        assert!(!polls.take(one, 1_004));
        assert!(polls.take(one, 1_005));
        assert!(!polls.take(one, 1_005));
        assert_eq!((1_006..1_066).filter(|now| polls.take(one, *now)).count(), 12);
    }
}
