//! The two midstates of an HMAC key (RFC 2104 §2), and the tags they make of counters.

/// RFC 2104 §2.
pub(super) const INNER_PAD: u8 = 0x36;
pub(super) const OUTER_PAD: u8 = 0x5C;

/// The two midstates of an HMAC key. A macro, because the three hashes share no trait that
/// reaches their compression functions.
macro_rules! midstates {
    ($name:ident: [$word:ty; $words:literal], $block:literal, $initial:expr, $compress:path) => {
        /// The hash's states after the padded key, inner and outer. Wiped on drop.
        #[derive(Clone)]
        pub(crate) struct $name {
            inner: [$word; $words],
            outer: [$word; $words],
        }

        impl $name {
            const LENGTH: usize = $words * size_of::<$word>();

            #[cfg_attr(target_pointer_width = "64", inline(never))]
            pub(crate) fn new(secret: &Secret) -> Self {
                let mut block = Wiped::<$block>::ZERO;
                match secret.padded() {
                    Some(key) => *block = *key,
                    None => Self::hash(secret.expose(), &mut block),
                }
                let (mut inner, mut outer) = ($initial, $initial);
                block.iter_mut().for_each(|byte| *byte ^= INNER_PAD);
                Self::compress(&mut inner, &block);
                block.iter_mut().for_each(|byte| *byte ^= INNER_PAD ^ OUTER_PAD);
                Self::compress(&mut outer, &block);
                Self { inner, outer }
            }

            /// The hash of a key that is longer than a block, into a block of zeros. Not by
            /// the hash crate's own buffer, which brings panics along.
            fn hash(key: &[u8], block: &mut Wiped<$block>) {
                let mut state = $initial;
                let (whole, rest) = key.as_chunks::<$block>();
                whole.iter().for_each(|block| Self::compress(&mut state, block));
                copy(rest, &mut **block);
                if let Some(mark) = block.get_mut(rest.len()) {
                    *mark = 0x80;
                }
                // The length takes an eighth of a block (FIPS 180-4 §5.1).
                if rest.len() >= const { $block - $block / 8 } {
                    Self::compress(&mut state, block);
                    **block = [0; $block];
                }
                if let Some(length) = block.last_chunk_mut() {
                    *length = (key.len() as u64).wrapping_mul(8).to_be_bytes();
                }
                Self::compress(&mut state, block);
                **block = [0; $block];
                Self::put(&state, block);
                zeroize::Zeroize::zeroize(&mut state);
            }

            fn put(state: &[$word; $words], block: &mut [u8; $block]) {
                let (places, _) = block.as_chunks_mut();
                for (bytes, word) in places.iter_mut().zip(state) {
                    *bytes = word.to_be_bytes();
                }
            }

            /// What is `read` of the tags of the counters from `first` on, at most `N` of them:
            /// all inner compressions, then all outer ones, so that none waits for the one
            /// before, nor for its block to be written.
            #[inline]
            pub(in crate::mac) fn staged<const N: usize, T>(
                &self,
                first: u64,
                out: &mut [T],
                read: impl Fn(Tag) -> T,
            ) {
                let mut blocks = [const { padded(size_of::<u64>()) }; N];
                let blocks = blocks.get_mut(..out.len()).unwrap_or_default();
                for (block, index) in blocks.iter_mut().zip(0..) {
                    put_counter(first.wrapping_add(index), block);
                }
                for block in blocks.iter_mut() {
                    let mut inner = self.inner;
                    Self::compress(&mut inner, block);
                    *block = const { padded(Self::LENGTH) };
                    Self::put(&inner, block);
                    Self::put_last_row(&inner, block);
                }
                for (block, place) in blocks.iter().zip(out) {
                    let mut outer = self.outer;
                    Self::compress(&mut outer, block);
                    *place = read(Self::tag(&outer));
                }
            }

            /// Out of line: inlined into a function that uses wide vector registers, the
            /// processor's SHA instructions fall off a cliff (two orders of magnitude).
            #[inline(never)]
            fn compress(state: &mut [$word; $words], block: &[u8; $block]) {
                $compress(state, core::slice::from_ref(block));
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                zeroize::Zeroize::zeroize(&mut self.inner);
                zeroize::Zeroize::zeroize(&mut self.outer);
            }
        }
    };
}
pub(super) use midstates;
