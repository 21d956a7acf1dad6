"""An emulated board that runs a program."""

import json
import os
import re
import selectors
import subprocess
import time
from pathlib import Path

FIRMWARE = Path(__file__).parents[1]
VECTORS = FIRMWARE.parents[1] / "vectors"
BOARDS = ["microbit", "lm3s6965evb", "mps2-an386", "virt"]
PROMPT = "> "


class Machine:
    def __init__(self, board, program, state, *options):
        self.process = subprocess.Popen(
            [FIRMWARE / "run", board, program, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"STATE": str(state)},
        )

    def finish(self, timeout=240):
        """What it prints until it ends, which must be in success."""
        out, _ = self.process.communicate(timeout=timeout)
        out = out.decode()
        assert self.process.returncode == 0, out[-2000:]
        return out.splitlines()

    def ask(self, line=None, timeout=120):
        """Types a line at the prompt, and gives the lines of the answer."""
        if line is not None:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        text = self._read_to_prompt(timeout)
        echo, *answer = [part for part in text.splitlines() if not part.startswith("[")] or [""]
        assert echo == (line or ""), f"{echo!r} comes back for {line!r}"
        return answer

    def _read_to_prompt(self, timeout):
        out, deadline = b"", time.monotonic() + timeout
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while not re.search(rb"(^|\n)> $", out):
                assert ready.select(deadline - time.monotonic()), f"no prompt after {out!r}"
                more = os.read(self.process.stdout.fileno(), 4096)
                assert more, f"it ended after {out!r}"
                out += more
        return out.decode().removesuffix(PROMPT)

    def kill(self):
        """Takes the power away: what is under way is not finished."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def run(board, program, state, *options):
    return Machine(board, program, state, *options).finish()


def vectors(name):
    return json.loads((VECTORS / name).read_text())["tests"]
