//! Prints the records of an account's life, byte by byte: the same on every machine.
#![cfg_attr(target_os = "none", no_std, no_main)]
#![forbid(unsafe_code)]

use firmware::life::{self, Record, Watch};
use firmware::{Board, Outcome};

firmware::program!(run);

fn run(board: &mut Board) -> Outcome {
    life::live(&mut life::born(), &mut Print { board, bytes: [0; Record::MAX_ENCODED_LEN] })
}

struct Print<'a> {
    board: &'a mut Board,
    bytes: [u8; Record::MAX_ENCODED_LEN],
}

impl Watch for Print<'_> {
    fn deciding(&mut self, operation: &str, work: &mut dyn FnMut()) {
        self.board.console.text(operation).text(": ");
        work();
    }

    fn stored(&mut self, record: &Record) {
        let length = record.encode(&mut self.bytes).unwrap_or(0);
        let bytes = self.bytes.get(..length).unwrap_or_default();
        self.board.console.hex(bytes).end_line();
        // What is written loads, and is written again the same.
        let mut loaded = life::born();
        let mut again = [0; Record::MAX_ENCODED_LEN];
        let same = loaded.decode_into(bytes).is_ok()
            && loaded.encode(&mut again).is_ok_and(|length| again.get(..length) == Some(bytes));
        if length == 0 || !same {
            self.board.console.text("FAILED: it does not load as it was written").end_line();
        }
    }
}
