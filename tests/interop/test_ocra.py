"""OCRA: the RFC's vectors, and the same responses as the package oath over random suites."""

import hashlib
import json
import string

import draws
import oath
import pytest
from programs import REPOSITORY, U64_MAX, hash_of, ours

VECTORS = json.loads((REPOSITORY / "vectors/ocra-rfc6287.json").read_text())["tests"]
ALPHABETS = {"N": string.digits, "A": string.ascii_letters + string.digits, "H": "0123456789abcdefABCDEF"}


def respond(**flags):
    """`otp ocra` with the flags that have a value."""
    given = {name.replace("_", "-"): value for name, value in flags.items() if value is not None}
    return ours("ocra", *(f"--{name}={value}" for name, value in given.items()))


@pytest.mark.parametrize("test", VECTORS, ids=lambda test: str(test["tcId"]))
def test_the_rfcs_vectors(test):
    inputs = {name: value for name, value in test.items() if name not in ("tcId", "section", "response")}
    assert respond(**inputs) == test["response"]


def question(rng, kind, length):
    # The package takes hexadecimal digits by the pair.
    length = length // 2 * 2 if kind == "H" else length
    return "".join(rng.choices(ALPHABETS[kind], k=length))


def period(rng):
    unit, most = rng.choice([("S", 59), ("M", 59), ("H", 48)])
    return f"{rng.randint(1, most)}{unit}"


class Draw:
    """A random suite, and values for its inputs in the words of both implementations."""

    def __init__(self, rng, optional="CPST"):
        self.key = draws.key(rng)
        self.algorithm, self.digits = rng.choice(draws.ALGORITHMS), rng.randint(4, 10)
        self.kind, self.most = rng.choice("NAH"), rng.randint(4, 64)
        self.inputs = [f"Q{self.kind}{self.most:02}"]
        self.ours, self.theirs = {"key_hex": self.key.hex()}, {}
        for letter in "CPST":
            if letter in optional and rng.random() < 0.5:
                getattr(self, letter)(rng)
        self.suite = f"OCRA-1:HOTP-{self.algorithm}-{self.digits}:{'-'.join(self.inputs)}"

    def C(self, rng):
        self.inputs.insert(0, "C")
        self.ours["counter"] = self.theirs["C"] = draws.number(rng, 0, U64_MAX)

    def P(self, rng):
        algorithm, pin = rng.choice(draws.ALGORITHMS), "".join(rng.choices("0189aZé-", k=rng.randint(1, 12)))
        self.inputs.append(f"P{algorithm}")
        self.theirs["P"] = pin
        if rng.random() < 0.5:
            self.ours["pin"] = pin
        else:
            self.ours["pin_hash_hex"] = hash_of(algorithm)(pin.encode()).hexdigest()

    def S(self, rng):
        length = rng.choice([64, 128, 256, 512, rng.randint(1, 512)])
        session = rng.randbytes(rng.choice([length, rng.randint(1, length)]))
        self.inputs.append(f"S{length:03}")
        self.ours["session_hex"] = session.hex()
        # The package leaves the padding to its caller.
        self.theirs["S"] = session.rjust(length, b"\0")

    def T(self, rng):
        self.inputs.append(f"T{period(rng)}")
        self.ours["timestamp_steps"] = self.theirs["T_precomputed"] = draws.number(rng, 0, U64_MAX)

    def question(self, rng):
        return question(rng, self.kind, rng.choice([self.most, rng.randint(4, self.most)]))

    def full_question(self, rng):
        return "".join(rng.choices(ALPHABETS[self.kind], k=self.most))

    def peer(self, **question):
        return oath.str2ocrasuite(self.suite)(self.key, **question, **self.theirs)


def test_400_random_suites_agree(rng):
    for _ in range(400):
        draw = Draw(rng)
        challenge = draw.question(rng)
        assert respond(suite=draw.suite, challenge=challenge, **draw.ours) == draw.peer(Q=challenge), (
            draw.suite, challenge, draw.ours,
        )  # fmt: skip


def test_200_mutual_questions_agree_joined_and_apart(rng):
    for _ in range(200):
        draw = Draw(rng)
        other, own = draw.full_question(rng), draw.full_question(rng)
        peer = draw.peer(Qsc=other + own)
        assert respond(suite=draw.suite, challenge=other, own_challenge=own, **draw.ours) == peer, draw.suite
        assert respond(suite=draw.suite, challenge=other + own, **draw.ours) == peer, draw.suite


def test_a_time_is_cut_into_the_suites_steps(rng):
    for text, seconds in (("T1S", 1), ("T30S", 30), ("T", 60), ("T1M", 60), ("T59M", 3540), ("T48H", 172_800)):
        time = draws.number(rng, 0, U64_MAX)
        arguments = {"suite": f"OCRA-1:HOTP-SHA1-6:QN08-{text}", "key_hex": "31" * 20, "challenge": "12345678"}
        assert respond(time=time, **arguments) == respond(timestamp_steps=time // seconds, **arguments)


def test_without_truncation_the_response_is_the_whole_hmac():
    response = respond(suite="OCRA-1:HOTP-SHA256-0:QN08", key_hex="31" * 20, challenge="00000000")
    assert len(bytes.fromhex(response)) == hashlib.sha256().digest_size
