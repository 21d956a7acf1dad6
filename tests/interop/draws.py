"""Random parameters, with the borders drawn more often than chance would."""

from programs import I64_MAX, Hotp, Totp

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
