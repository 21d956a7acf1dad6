//! The invariants of the account, by name, and sets of those that were broken.

use std::fmt;

macro_rules! invariants {
    ($($name:ident: $sentence:literal;)*) => {
        /// An invariant of `mfa-core`'s account.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Invariant { $($name),* }

        impl Invariant {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name as a property.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => concat!(stringify!($name), " ", $sentence)),* }
            }
        }
    };
}

invariants! {
    I1: "a step or counter is accepted at most once, whatever the purpose, ticket or server";
    I2: "wrong answers and messages stay within capacity + elapsed/period, forgiven by proof only";
    I3: "once enrolled, a first factor changes nothing, and neither it nor failures end that";
    I4: "a pending authenticator serves its own ticket's confirmation only, displaces nothing";
    I5: "a recovery code is accepted once, replaced whole, and none seen before becomes active";
    I6: "a clock that runs backwards reopens no step and refills no bucket";
    I7: "conflict and unknown grant nothing; each grant is one stored write of its own";
    I8: "while locked, right and wrong answers are refused alike";
    I9: "twins live and die together; the last factor takes the recovery codes along";
    I10: "at `until` a right code passes, not before; no class, twin or stranger closes another";
    I11: "encoding and decoding is the identity, and what is not a record is refused";
    I12: "a code or question is answered once, in time, by its own ticket and authenticator";
    I13: "tickets of an older generation change nothing, and expired ones do nothing";
    I14: "a fresh right code within budget is accepted";
}

/// A set of invariants.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Broken(u16);

impl Broken {
    pub fn contains(self, invariant: Invariant) -> bool {
        self.0 & (1 << invariant as u16) != 0
    }

    /// Notes that the invariant is broken unless it `holds`.
    pub fn unless(&mut self, holds: bool, invariant: Invariant) {
        if !holds {
            self.0 |= 1 << invariant as u16;
        }
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Invariant::ALL.iter().filter(|one| self.contains(**one))).finish()
    }
}
