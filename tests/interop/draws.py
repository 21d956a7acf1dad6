"""Random parameters, with the borders drawn more often than chance would."""

from dataclasses import replace

from accounts import Account
from programs import I64_MAX, U64_MAX, Hotp, Totp

ALGORITHMS = ("SHA1", "SHA256", "SHA512")


# pyotp refuses keys under 112 bits.
PYOTP_SHORTEST = 14


def key(rng, shortest=1):
    """At most 128 bytes; often a length at which a hash's block begins or ends."""
    length = rng.choice([rng.randint(shortest, 128), 16, 20, 32, 63, 64, 65, 127, 128])
    return rng.randbytes(length)


def number(rng, least, most):
    """All orders of magnitude are equally likely, and so is either end."""
    bits = rng.randint(0, max(most - least, 1).bit_length())
    return rng.choice([least, most] + 8 * [min(least + rng.getrandbits(bits + 1), most)])


def totp(rng, digits, latest=I64_MAX, shortest=1):
    t0 = rng.choice([0, 0, 1, 59, number(rng, 0, 2**33)])
    return Totp(
        key=key(rng, shortest),
        algorithm=rng.choice(ALGORITHMS),
        digits=rng.choice(digits),
        period=rng.choice([30, 30, 60, 1, number(rng, 1, 2**20)]),
        t0=t0,
        time=number(rng, t0, latest),
    )


def hotp(rng, algorithms, digits, last, shortest=1):
    return Hotp(key(rng, shortest), rng.choice(algorithms), rng.choice(digits), number(rng, 0, last))


# What needs an escape and what does not, of one to four bytes; no colon, which separates.
CHARACTERS = "aZ09-._~ @+%&=?#/;,!*'()$[]|\"\\<>{}^`éßΩЖ中文🔐"


def name(rng):
    """An issuer or an account, without white space around it."""
    return "".join(rng.choices(CHARACTERS, k=rng.randint(1, 20))).strip() or "x"


def account(rng, shortest=PYOTP_SHORTEST):
    counts = rng.random() < 0.4
    return Account(
        issuer=rng.choice([None, name(rng), name(rng)]),
        name=name(rng),
        key=key(rng, shortest),
        algorithm=rng.choice(ALGORITHMS),
        digits=rng.choice([6, 6, 7, 8]),
        # pyotp takes no longer ones.
        period=None if counts else rng.choice([30, 30, rng.randint(1, 120)]),
        counter=number(rng, 0, U64_MAX) if counts else None,
    )


def exported(rng):
    """An account as Google Authenticator's export can describe it."""
    drawn = account(rng, shortest=1)
    return replace(
        drawn,
        digits=rng.choice([6, 8]),
        period=None if drawn.period is None else 30,
        counter=None if drawn.counter is None else min(drawn.counter, I64_MAX),
    )
