//! The midstates of an HMAC key (RFC 2104 §2), and the tags they make of counters.

/// The states of a hash after the padded key, inner and outer, as the first words of each.
///
/// One type for all hashes: a keyed HMAC is moved about, and what differs by the hash would be
/// moved in odd pieces.
pub(super) type Midstates = [[u32; WORDS]; 2];

/// SHA-512 has eight words of 64 bits.
const WORDS: usize = if cfg!(feature = "sha2") { 16 } else { 5 };

pub(super) const ZERO: Midstates = [[0; WORDS]; 2];

/// RFC 2104 §2.
pub(super) const INNER_PAD: u8 = 0x36;
pub(super) const OUTER_PAD: u8 = 0x5C;

/// HMAC by midstates with a hash. A macro, because the three hashes share no trait that reaches
/// their compression functions.
macro_rules! midstates {
    ($name:ident: [$word:ty; $words:literal], $block:literal, $initial:expr, $compress:path) => {
        pub(super) struct $name;

        impl $name {
            const LENGTH: usize = $words * size_of::<$word>();

            #[cfg_attr(target_pointer_width = "64", inline(never))]
            pub(super) fn key(secret: &Secret) -> Midstates {
                let mut block = Wiped::<$block>::ZERO;
                match secret.padded() {
                    Some(key) => *block = *key,
                    None => Self::hash(secret.expose(), &mut block),
                }
                let (mut midstates, mut state) = (ZERO, $initial);
                for (words, pad) in midstates.iter_mut().zip([INNER_PAD, INNER_PAD ^ OUTER_PAD]) {
                    block.iter_mut().for_each(|byte| *byte ^= pad);
                    state = $initial;
                    Self::compress(&mut state, &block);
                    Word::pack(&state, words);
                }
                let keyed = midstates;
                zeroize::Zeroize::zeroize(&mut state);
                midstates = ZERO;
                zeroize::optimization_barrier(&midstates);
                keyed
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
            pub(super) fn staged<const N: usize, T>(
                [inner, outer]: &Midstates,
                first: u64,
                out: &mut [T],
                read: impl Fn(Tag) -> T,
            ) {
                const { assert!(Self::LENGTH <= size_of_val(&ZERO[0])) };
                let mut blocks = [const { padded(size_of::<u64>()) }; N];
                let blocks = blocks.get_mut(..out.len()).unwrap_or_default();
                for (block, index) in blocks.iter_mut().zip(0..) {
                    put_counter(first.wrapping_add(index), block);
                }
                for block in blocks.iter_mut() {
                    let mut inner = Word::unpack(inner);
                    Self::compress(&mut inner, block);
                    *block = const { padded(Self::LENGTH) };
                    Self::put(&inner, block);
                    Self::put_last_row(&inner, block);
                }
                for (block, place) in blocks.iter().zip(out) {
                    let mut outer = Word::unpack(outer);
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
    };
}
pub(super) use midstates;

/// A word of a hash, as words of 32 bits.
pub(super) trait Word: Sized {
    fn pack(state: &[Self], words: &mut [u32; WORDS]);
    fn unpack<const N: usize>(words: &[u32; WORDS]) -> [Self; N];
}

impl Word for u32 {
    #[inline]
    fn pack(state: &[Self], words: &mut [u32; WORDS]) {
        words.iter_mut().zip(state).for_each(|(place, word)| *place = *word);
    }

    #[inline]
    fn unpack<const N: usize>(words: &[u32; WORDS]) -> [Self; N] {
        words.first_chunk().copied().unwrap_or([0; N])
    }
}

#[cfg(feature = "sha2")]
impl Word for u64 {
    #[inline]
    fn pack(state: &[Self], words: &mut [u32; WORDS]) {
        for ([low, high], word) in words.as_chunks_mut().0.iter_mut().zip(state) {
            (*low, *high) = (*word as u32, (word >> 32) as u32);
        }
    }

    #[inline]
    fn unpack<const N: usize>(words: &[u32; WORDS]) -> [Self; N] {
        let mut state = [0; N];
        for (word, [low, high]) in state.iter_mut().zip(words.as_chunks().0) {
            *word = u64::from(*low) | (u64::from(*high) << 32);
        }
        state
    }
}
