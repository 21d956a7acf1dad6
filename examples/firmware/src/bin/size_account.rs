//! What an account with two authenticators and a recovery code takes: every operation, and
//! its record written and read.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::life::{self, Record, Watch};
use firmware::{Board, Outcome, cpu};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    let mut peaks =
        Peaks { bytes: [0; Record::MAX_ENCODED_LEN], deciding: 0, coding: 0, fault: "" };
    let mut record = life::born();
    life::live(&mut record, &mut peaks)?;
    for (name, bytes) in [("load", peaks.coding), ("stack", peaks.deciding)] {
        board.console.text(name).text(" 0x").hex(&(bytes as u32).to_be_bytes()).end_line();
    }
    if peaks.fault.is_empty() { Ok(()) } else { Err(peaks.fault) }
}

struct Peaks {
    bytes: [u8; Record::MAX_ENCODED_LEN],
    deciding: usize,
    coding: usize,
    fault: &'static str,
}

impl Watch for Peaks {
    fn deciding(&mut self, _operation: &str, work: &mut dyn FnMut()) {
        self.deciding = self.deciding.max(cpu::stack(work));
    }

    fn stored(&mut self, record: &Record) {
        let mut loaded = life::born();
        let (bytes, fault) = (&mut self.bytes, &mut self.fault);
        self.coding = self.coding.max(cpu::stack(|| {
            if !coded(record, bytes, &mut loaded) {
                *fault = "a record does not load";
            }
        }));
    }
}

#[inline(never)]
fn coded(record: &Record, bytes: &mut [u8], loaded: &mut Record) -> bool {
    let Ok(length) = record.encode(bytes) else { return false };
    bytes.get(..length).is_some_and(|bytes| loaded.decode_into(bytes).is_ok())
}
