//! What the programs in `bin/` stand on: a board's serial line, clock, entropy and latch, and
//! the means to count instructions and measure stacks. One board a target (`build.rs`); on
//! any other target the host is the board.
#![cfg_attr(target_os = "none", no_std)]
#![warn(missing_docs)]

#[cfg_attr(board = "microbit", path = "board/microbit.rs")]
#[cfg_attr(board = "lm3s6965evb", path = "board/lm3s6965evb.rs")]
#[cfg_attr(board = "mps2-an386", path = "board/mps2_an386.rs")]
#[cfg_attr(board = "virt", path = "board/virt.rs")]
#[cfg_attr(board = "host", path = "board/host.rs")]
mod board;
mod clock;
mod console;
#[cfg_attr(target_arch = "arm", path = "cpu/cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "cpu/riscv.rs")]
#[cfg_attr(not(target_os = "none"), path = "cpu/host.rs")]
pub mod cpu;
pub mod flash;
pub mod life;
pub mod lock;
pub mod log;
#[cfg(target_os = "none")]
mod panicked;
#[cfg(target_arch = "arm")]
mod register;
#[cfg(target_os = "none")]
mod serial;
pub mod store;
#[cfg_attr(not(target_os = "none"), path = "surroundings/host.rs")]
#[cfg_attr(target_os = "none", path = "surroundings/emulator.rs")]
mod surroundings;
pub mod token;
pub mod vectors;

#[cfg(not(target_os = "none"))]
pub use self::board::Serial;
pub use self::clock::Clock;
pub use self::console::Console;
#[cfg(target_os = "none")]
#[doc(hidden)]
pub use self::cpu::entry;
#[cfg(target_os = "none")]
pub use self::serial::Serial;
pub use self::surroundings::{HostFile, Latch, Random};

/// What a board has.
#[derive(Debug)]
pub struct Board {
    /// The serial line.
    pub console: Console<Serial>,
    /// Seconds since the Unix epoch.
    pub clock: Clock,
    /// The source of entropy.
    pub random: Random,
    /// What holds the door.
    pub latch: Latch,
    /// What waits.
    pub delay: cpu::Delay,
}

/// Why a program ends: said on the serial line, and told to whoever started the emulator.
pub type Outcome = Result<(), &'static str>;

/// Makes `fn run(board: &mut Board) -> Outcome` the program that the board runs.
#[macro_export]
macro_rules! program {
    ($run:path) => {
        #[cfg(target_os = "none")]
        #[$crate::entry]
        fn start() -> ! {
            $crate::run($run)
        }

        #[cfg(not(target_os = "none"))]
        fn main() {
            $crate::run($run)
        }
    };
}

#[doc(hidden)]
pub fn run(program: fn(&mut Board) -> Outcome) -> ! {
    let mut board = Board {
        console: Console::new(Serial::new()),
        clock: Clock::new(),
        random: Random::new(),
        latch: Latch::new(),
        delay: cpu::Delay,
    };
    let outcome = program(&mut board);
    if let Err(reason) = outcome {
        board.console.text("FAILED: ").text(reason).end_line();
    }
    surroundings::exit(outcome.is_ok())
}

/// Prints how much stack `work` takes: what all programs for sizes do, so that none of it
/// counts.
#[inline(never)]
pub fn measure<T>(board: &mut Board, work: impl FnOnce() -> Result<T, &'static str>) -> Outcome {
    let mut outcome = Ok(());
    let peak = cpu::stack(|| outcome = work().map(drop));
    // In hexadecimal digits: decimal ones would bring a division along, which counts.
    board.console.text("stack 0x").hex(&(peak as u32).to_be_bytes()).end_line();
    outcome
}
