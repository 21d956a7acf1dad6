//! Prints the allocations and the stack of each operation, its columns separated by tabs.
//! A program of its own, since a counting allocator would slow the others down.

use std::cell::UnsafeCell;

fn main() {
    for mut entry in peers::entries() {
        (entry.run)();
        let allocations = allocation_counter::measure(&mut entry.run).count_total;
        let stack = stack(&mut entry.run).saturating_sub(stack(&mut || {}));
        println!("{}\t{}\t{allocations}\t{stack}", entry.operation, entry.who);
    }
}

const SIZE: usize = 256 * 1024;
const PAINT: u8 = 0xA5;

#[repr(align(4096))]
struct Stack(UnsafeCell<[u8; SIZE]>);

/// How many bytes of a painted stack lose their paint.
fn stack(run: &mut dyn FnMut()) -> usize {
    let stack = Box::new(Stack(UnsafeCell::new([PAINT; SIZE])));
    // SAFETY: the memory is aligned, has the size that is given, nothing else refers to it
    // while `run` has it for a stack, and no operation unwinds or comes near its end.
    unsafe { psm::on_stack(stack.0.get().cast(), SIZE, run) };
    let painted = stack.0.into_inner().iter().take_while(|byte| **byte == PAINT).count();
    SIZE - painted
}
