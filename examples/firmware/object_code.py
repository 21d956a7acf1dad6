"""Fails if the programs' object code treats anything but public numbers in variable time.

    python3 object_code.py BOARD PROGRAM...

Processors take longer for some numbers than for others to divide them, and small ones to
multiply them to 64 bits (Cortex-M3). An emulator does not show it, so that the instructions
themselves are looked for, and calls of routines that divide. Each is traced to the functions
that it was inlined from; in the library and in what it uses, it must be known to work on
public numbers. Dynamic truncation must neither branch nor address memory by a register.
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LLVM = "19"

# Divisions of public numbers, as (file, function): times, periods, lengths.
PUBLIC = {
    ("totp.rs", "at"),  # the time step
    ("throttle.rs", "at"),  # the units that came back
    ("throttle.rs", "ready"),  # the time when there is one
    ("parse.rs", "step"),  # a number in an OCRA suite
    ("encoding.rs", "encode"),  # base32ct: lengths, in groups of five and eight
    ("encoding.rs", "encoded_len"),
    ("base32.rs", "encoded_len"),  # lengths, in groups of five
    ("chars.rs", "decoded"),  # the number of characters
}

# Planted to be found (src/bin/constant_time.rs), as (function, kind), and on which boards.
PLANTED = {
    ("remainder", "division"): {"microbit", "lm3s6965evb", "mps2-an386", "virt"},
    ("product", "long multiplication"): {"lm3s6965evb"},
    ("truncate", "address"): {"microbit", "lm3s6965evb", "mps2-an386", "virt"},
}

DIVIDES = r"(?:__aeabi_(?:u?idiv|u?ldiv)(?:mod)?|__u?(?:div|mod|divmod)[sdt]i[34])"
ARM = {
    "division": re.compile(rf"^(?:[us]div\b|b(?:l|\.w|\.n)?\s.*<{DIVIDES}>)"),
    "long multiplication": re.compile(r"^[us]m(?:ull|lal)\b"),
    "address": re.compile(r"^(?:ldr|str)\S*\s.*\[\w+, ?r\w+|^tb[bh]\b"),
    "branch": re.compile(r"^(?:b(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|hs|lo)\b|cbn?z\b|it)"),
}
RISCV = {
    "division": re.compile(rf"^(?:(?:div|rem)u?\b|.*<{DIVIDES}>)"),
    "branch": re.compile(r"^b(?:eq|ne|lt|ge|le|gt)(?:u|z|uz)?\b"),
}


def main(board: str, programs: list[str]) -> int:
    kinds = RISCV if board == "virt" else ARM
    if board != "lm3s6965evb":
        kinds = {kind: pattern for kind, pattern in kinds.items() if kind != "long multiplication"}
    faults, found, truncations = [], set(), 0
    for program in programs:
        for instruction, function, path in traced(program):
            here = {kind for kind, pattern in kinds.items() if pattern.match(instruction)}
            is_planted = path.name == "constant_time.rs"
            # In the other programs it is inlined where other addresses are.
            if function == "truncate" and program.endswith("constant_time"):
                truncations += not is_planted
                here |= {"address"} if indexes(board, instruction) else set()
            else:
                here -= {"address", "branch"}
            if is_planted:
                found |= {(function, kind) for kind in here}
            elif here and is_library(path) and (path.name, function) not in PUBLIC:
                faults.append(f"{sorted(here)} in {function} of {path}: {instruction}")
    missing = {
        f"{kind} planted in {function} is not found"
        for (function, kind), boards in PLANTED.items()
        if board in boards and (function, kind) not in found
    }
    # Once in a program, unless it is inlined: 15 on a Cortex-M3, more elsewhere.
    if truncations < 10:
        missing.add(f"{truncations} instructions of the truncation")
    print(f"{board}: {len(programs)} programs, {truncations} instructions of the truncation")
    print(*(f"  {fault}" for fault in sorted({*faults, *missing})), sep="\n", end="")
    return 1 if faults or missing or not programs else 0


def traced(program: str):
    """Each instruction, and the innermost function that is not the standard library's."""
    lines = output(f"llvm-objdump-{LLVM}", "--disassemble", "--no-show-raw-insn", program)
    code = re.findall(r"^\s*([0-9a-f]+):\s+(\S.*)$", lines, re.MULTILINE)
    assert len(code) > 1_000, f"{program}: no code"
    command = [f"llvm-symbolizer-{LLVM}", f"--obj={program}", "--output-style=LLVM", "--inlines"]
    addresses = "".join(f"0x{address}\n" for address, _ in code)
    traces = subprocess.run(command, input=addresses, check=True, capture_output=True, text=True)
    blocks = traces.stdout.rstrip("\n").split("\n\n")
    assert len(blocks) == len(code), "not one answer for each address"
    before = None
    for (_, instruction), block in zip(code, blocks):
        lines = block.splitlines()
        frames = [(name, Path(place.rsplit(":", 2)[0])) for name, place in zip(lines[::2], lines[1::2])]
        known = [(bare(name), path) for name, path in frames if not is_standard(path)]
        if not known:
            continue
        # What serves several lines has none: it belongs to what is before it.
        before = known[0] if known[0][1].suffix == ".rs" else before or known[0]
        yield re.sub(r"\s+", " ", instruction), *before


def bare(name: str) -> str:
    """A function's name without its path, type parameters, hash, and closures in it."""
    while name != (name := re.sub(r"(?:::h[0-9a-f]{16}|::\{[^{}]*\}|<[^<>]*>)$", "", name)):
        pass
    return re.sub(r"<[^<>]*>", "", name.removesuffix("::")).rsplit("::", 1)[-1]


def indexes(board: str, instruction: str) -> bool:
    """Whether an address is computed: on RISC-V, by an addition of two registers."""
    return board == "virt" and bool(re.match(r"^add \w+, \w+, \w+$", instruction))


def is_standard(path: Path) -> bool:
    return "library" in path.parts or path.name.startswith(("compiler_builtins", "??"))


def is_library(path: Path) -> bool:
    """Whether this is neither the board layer nor a program on it."""
    return path.suffix == ".rs" and not (HERE / path).is_relative_to(HERE / "src")


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
