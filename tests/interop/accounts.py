"""An account of an authenticator app, as a URI describes it."""

from dataclasses import dataclass

import pyotp
from programs import base32, hash_of


@dataclass(frozen=True)
class Account:
    issuer: str | None
    name: str
    key: bytes
    algorithm: str
    digits: int
    # One of these two.
    period: int | None
    counter: int | None

    def arguments(self, rng):
        """For `otp uri write`: what is the default may be left out."""
        secret = rng.choice([f"--secret={base32(self.key)}", f"--secret-hex={self.key.hex()}"])
        arguments = [f"--account={self.name}", secret]
        flags = {
            "--type": ("hotp" if self.period is None else "totp", "totp"),
            "--issuer": (self.issuer, None),
            "--algorithm": (self.algorithm, "SHA1"),
            "--digits": (self.digits, 6),
            "--period": (self.period, 30),
            "--counter": (self.counter, 0),
        }
        for flag, (value, default) in flags.items():
            if value is not None and (value != default or rng.random() < 0.5):
                arguments.append(f"{flag}={value}")
        return arguments

    def pyotp(self):
        common = {"digits": self.digits, "digest": hash_of(self.algorithm)}
        if self.period is None:
            return pyotp.HOTP(base32(self.key), initial_count=self.counter, **common)
        return pyotp.TOTP(base32(self.key), interval=self.period, **common)

    def entry(self):
        """As `otp uri read` prints it."""
        return {
            "type": "hotp" if self.period is None else "totp",
            "issuer": self.issuer,
            "account": self.name,
            "secret_hex": self.key.hex(),
            "algorithm": self.algorithm,
            "digits": self.digits,
            **({"counter": self.counter} if self.period is None else {"period": self.period}),
        }
