//! Names made of random bytes.

/// A name of fixed length that the core compares and stores but never interprets.
macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name([u8; $length]);

        impl $name {
            /// The length in bytes.
            pub const LEN: usize = $length;

            /// Takes the bytes as they are.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// A fresh name.
            ///
            /// # Errors
            /// [`EntropyError`](crate::EntropyError) if `entropy` holds fewer bytes than
            /// [`LEN`](Self::LEN), or only zeros.
            pub fn draw(entropy: &mut crate::Entropy<'_>) -> Result<Self, crate::EntropyError> {
                entropy.draw().map(Self)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(")")
            }
        }
    };
}

opaque_id! {
    /// The caller's name for an account: its user id, or a hash of it.
    AccountId, 16
}
opaque_id! {
    /// The random name of one life of a record. A row that is deleted and created again has
    /// another, so that nothing meant for the old one fits the new one.
    RecordId, 16
}
impl RecordId {
    /// Of the record that a failed load leaves: no random one is all zeros.
    pub(crate) const VACANT: Self = Self([0; Self::LEN]);
}

opaque_id! {
    /// The random name of a ticket. A name, not a secret: what a client holds must also be
    /// signed, or be a key to a stored ticket that cannot be guessed.
    TicketId, 16
}
opaque_id! {
    /// The random name of an authenticator: 80 bits, sixteen base32 characters.
    AuthenticatorId, 10
}
opaque_id! {
    /// The caller's name for where messages go: a row with a phone number or an address, or
    /// with a device. Never the number itself.
    Reference, 16
}
opaque_id! {
    /// The random name of a challenge that was sent out: Auth0's `oob_code`. As with
    /// [`TicketId`], a name and not a secret.
    ChallengeId, 10
}
