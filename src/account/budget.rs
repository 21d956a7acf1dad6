//! What answers and messages cost, by class and by channel.

use super::context::Context;
use super::refused::Refused;
use super::state::Head;
use crate::channel::Channel;
use crate::throttle::{Class, Throttle};

impl Head {
    pub(crate) fn throttle(&self, class: Class) -> &Throttle {
        match class {
            Class::Otp => &self.otp,
            Class::OutOfBand => &self.out_of_band,
            Class::Recovery => &self.recovery,
        }
    }

    pub(crate) fn throttle_mut(&mut self, class: Class) -> &mut Throttle {
        match class {
            Class::Otp => &mut self.otp,
            Class::OutOfBand => &mut self.out_of_band,
            Class::Recovery => &mut self.recovery,
        }
    }

    /// From when on answers of the class are evaluated again; `None` if they are now.
    pub(crate) fn locked_until(
        &self,
        class: Class,
        familiar: bool,
        cx: &Context<'_>,
    ) -> Option<u64> {
        let limits = cx.policy.settings().limits(class);
        self.throttle(class).check(limits, familiar, cx.now).err()
    }

    /// Checks that an answer of the class may be evaluated now.
    pub(crate) fn check_budget(
        &self,
        class: Class,
        familiar: bool,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        match self.locked_until(class, familiar, cx) {
            Some(until) => Err(Refused::Locked { until }),
            None => Ok(()),
        }
    }

    /// Counts a wrong answer of the class.
    pub(crate) fn charge(&mut self, class: Class, familiar: bool, cx: &Context<'_>) {
        let limits = cx.policy.settings().limits(class);
        self.throttle_mut(class).charge(limits, familiar, cx.now);
    }

    /// Pays for a message.
    pub(crate) fn pay_sending(
        &mut self,
        channel: Channel,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        let buckets = cx.policy.settings().sending;
        let (level, bucket) = match channel {
            Channel::Sms | Channel::Voice => (&mut self.sent.phone, buckets.phone),
            Channel::Email => (&mut self.sent.email, buckets.email),
            Channel::Push => (&mut self.sent.push, buckets.push),
        };
        level.take(bucket, cx.now).map_err(|until| Refused::SentTooOften { until })
    }

    /// Pays for a question that a token is asked: as one to a device.
    pub(crate) fn pay_question(&mut self, cx: &Context<'_>) -> Result<(), Refused> {
        self.pay_sending(Channel::Push, cx)
    }
}
