//! Valgrind's memcheck, asked from inside the program it runs (valgrind.h, memcheck.h).
//!
//! Memcheck follows every *bit* that is undefined through registers and memory, and reports
//! when a branch or an address depends on one. Here, undefined means secret.

use core::arch::asm;
use core::mem::size_of_val;

const RUNNING_ON_VALGRIND: usize = 0x1001;
const COUNT_ERRORS: usize = 0x1201;
const MEMCHECK: usize = (b'M' as usize) << 24 | (b'C' as usize) << 16;
const MAKE_DEFINED: usize = MEMCHECK + 2;
const GET_BITS: usize = MEMCHECK + 8;
const SET_BITS: usize = MEMCHECK + 9;

/// A client request. The instructions do nothing on a processor; Valgrind knows them.
#[cfg(target_arch = "x86_64")]
fn request(number: usize, arguments: [usize; 4]) -> usize {
    let [a, b, c, d] = arguments;
    let request = [number, a, b, c, d, 0];
    let mut answer = 0usize;
    // SAFETY: rotations by 128 bits in all and an exchange of a register with itself; what
    // Valgrind reads is `request`, and what it writes are the bits that are asked for.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") &raw const request,
            inout("rdx") answer,
            options(nostack),
        );
    }
    answer
}

/// Whether the program runs under Valgrind.
pub fn is_running() -> bool {
    request(RUNNING_ON_VALGRIND, [0; 4]) != 0
}

/// How many errors were found that no suppression covers.
pub fn errors() -> usize {
    request(COUNT_ERRORS, [0; 4])
}

/// Makes the bits of `bytes` secret that are set in `bits`, and the others public.
pub fn set_secret(bytes: &mut [u8], bits: &[u8]) {
    assert_eq!(bytes.len(), bits.len());
    request(SET_BITS, [bytes.as_ptr().addr(), bits.as_ptr().addr(), bytes.len(), 0]);
}

/// Makes a value public.
pub fn make_public<T: ?Sized>(value: &T) {
    request(MAKE_DEFINED, [(&raw const *value).addr(), size_of_val(value), 0, 0]);
}

/// Whether a bit of `bytes` is secret. Always, when there is no Valgrind to ask.
pub fn is_secret(bytes: &[u8]) -> bool {
    let mut bits = vec![0u8; bytes.len()];
    request(GET_BITS, [bytes.as_ptr().addr(), bits.as_mut_ptr().addr(), bytes.len(), 0]);
    bits.iter().any(|bits| *bits != 0)
}
