"""Fails if the machine code of the library divides anything but public numbers.

    python3 divisions.py PROGRAM...

Memcheck does not object to a division of a secret, but processors take longer for some
numbers than for others. Every division instruction in the program, and every call of a
routine that divides, is traced to the functions that it was inlined from. Those of the
standard library are left aside where neither this library nor a crate it uses calls for them.
"""

import re
import subprocess
import sys
from pathlib import Path

# Divisions of public numbers, as (file, function): times, periods, counts.
PUBLIC = {
    ("totp.rs", "at"),  # the time step
    ("throttle.rs", "at"),  # the units that came back
    ("clock.rs", "measure"),  # the drift of a token's clock
}

# Divisions of public numbers by constants, which only builds for size leave as they are.
PUBLIC_IF_SMALL = {
    ("base32.rs", "encoded_len"),  # lengths, in groups of five
    ("encoding.rs", "encode"),  # base32ct: lengths, in groups of five and eight
    ("encoding.rs", "encoded_len"),
    ("sink.rs", "put_number"),  # a URI's digits, period and counter
}

# Divisions that are there to be found.
PLANTED = ("leaky.rs", "remainder")

INSTRUCTION = re.compile(
    r"^\s*([0-9a-f]+):\s+(?:i?div[bwlq]?\s.*|(?:call|jmp)q?\s.*<__u?(?:div|mod|divmod)[sdt]i[34]>.*)$"
)
FRAME = re.compile(r"^(.*) at (.*):(?:\d+|\?)(?: \(discriminator \d+\))?$")


def main(programs: list[str]) -> int:
    faults = 0
    for program in programs:
        divisions = [where(frames) for frames in traced(program)]
        found = {division for division in divisions if division}
        print(f"{program}: {len(divisions)} divisions, of which not of the standard library's own:")
        for path, function in sorted(found):
            known = PUBLIC | PUBLIC_IF_SMALL
            is_fault = (path.name, function) not in known and path.name != PLANTED[0]
            faults += is_fault
            print(f"  {function} in {path.name}{': NOT KNOWN TO BE PUBLIC' if is_fault else ''}")
        names = {(path.name, function) for path, function in found}
        for expected in sorted((PUBLIC | {PLANTED}) - names):
            faults += 1
            print("  NOT FOUND: {1} in {0}".format(*expected))
    return 1 if faults or not programs else 0


def traced(program: str) -> list[list[tuple[str, Path]]]:
    """For each division the functions it was inlined from, the innermost first."""
    code = output("objdump", "--disassemble", "--no-show-raw-insn", program)
    addresses = [match[1] for match in map(INSTRUCTION.match, code.splitlines()) if match]
    trace = output(
        "addr2line", "--addresses", "--functions", "--inlines", "--pretty-print", "--demangle",
        f"--exe={program}", *addresses,
    )  # fmt: skip
    divisions: list[list[tuple[str, Path]]] = []
    for line in trace.splitlines():
        address, colon, rest = line.partition(": ")
        if colon and address.startswith("0x"):
            divisions.append([])
            line = rest
        if match := FRAME.match(line.strip().removeprefix("(inlined by) ")):
            divisions[-1].append((match[1], Path(match[2])))
        else:
            raise ValueError(f"addr2line printed {line!r}")
    assert len(divisions) == len(addresses) > 0, "a program without a single division?"
    return divisions


def where(frames: list[tuple[str, Path]]) -> tuple[Path, str] | None:
    """The innermost function outside the standard library, where there is one."""
    for function, path in frames:
        if not is_standard(path):
            name = re.sub(r"::h[0-9a-f]{16}$", "", function).rsplit("::", 1)[-1]
            return path, name
    return None


def is_standard(path: Path) -> bool:
    """Whether a source file is the standard library's, a crate's in it, or not known."""
    return "library" in path.parts or path.is_relative_to("/rust/deps") or path == Path("??")


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
