"""The programs under test and their foreign peers, as functions."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pyotp
from pyotp.contrib import Steam

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = Path(os.environ.get("MFA_EXAMPLES", REPOSITORY / "target/debug/examples"))
OATHTOOL = shutil.which("oathtool")

U64_MAX = 2**64 - 1
# oathtool reads times and counts them in signed 64 bits.
I64_MAX = 2**63 - 1


def otp(*arguments):
    """Runs the example `otp`: status, standard output and standard error."""
    program = EXAMPLES / "otp"
    assert program.exists(), f"{program} is not built: cargo build --examples"
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def ours(*arguments):
    """Runs `otp` with usable arguments and returns its answer."""
    done = otp(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.strip()


def verdict(*arguments):
    """Runs `otp verify`; None when the code is refused."""
    done = otp("verify", *arguments)
    assert done.returncode in (0, 1) and done.stderr == "", done
    answer = json.loads(done.stdout)
    assert answer.pop("accepted") is (done.returncode == 0), done
    return answer if done.returncode == 0 else None


def oathtool(*arguments):
    assert OATHTOOL, "oathtool is not installed"
    command = [OATHTOOL, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 0, done
    return done.stdout.strip()


@dataclass(frozen=True)
class Totp:
    key: bytes
    algorithm: str
    digits: int
    period: int
    t0: int
    time: int

    @property
    def step(self):
        return (self.time - self.t0) // self.period

    def at_step(self, step):
        """The same generator at the beginning of a step."""
        return Totp(self.key, self.algorithm, self.digits, self.period, self.t0, self.t0 + step * self.period)

    def arguments(self):
        return (
            "--secret", base32(self.key), "--algorithm", self.algorithm, "--digits", self.digits,
            "--period", self.period, "--t0", self.t0, "--time", self.time,
        )  # fmt: skip

    def oathtool(self):
        return oathtool(
            f"--totp={self.algorithm}", f"--digits={self.digits}", f"--time-step-size={self.period}s",
            f"--start-time=@{self.t0}", f"--now=@{self.time}", self.key.hex(),
        )  # fmt: skip

    def pyotp(self):
        """By step: pyotp knows no T0, and its times end with the year 9999."""
        hotp = pyotp.HOTP(base32(self.key), digits=self.digits, digest=hash_of(self.algorithm))
        return hotp.generate_otp(self.step)


@dataclass(frozen=True)
class Hotp:
    key: bytes
    algorithm: str
    digits: int
    counter: int

    def at(self, counter):
        return Hotp(self.key, self.algorithm, self.digits, counter)

    def arguments(self):
        return (
            "--hotp", "--secret-hex", self.key.hex(), "--algorithm", self.algorithm,
            "--digits", self.digits, "--counter", self.counter,
        )  # fmt: skip

    def oathtool(self):
        assert self.algorithm == "SHA1", "oathtool's HOTP knows no other hash"
        return oathtool(f"--digits={self.digits}", f"--counter={self.counter}", self.key.hex())

    def pyotp(self):
        hotp = pyotp.HOTP(base32(self.key), digits=self.digits, digest=hash_of(self.algorithm))
        return hotp.at(self.counter)


def steam(key, time):
    """pyotp's codes in Steam's alphabet."""
    return Steam(base32(key)).generate_otp(time // 30)


def base32(key):
    return base64.b32encode(key).decode().rstrip("=")


def hash_of(algorithm):
    return getattr(hashlib, algorithm.lower())
