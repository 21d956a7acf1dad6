"""TOTP: the same codes as oathtool and pyotp, and their codes accepted where they belong."""

import draws
import programs
import pyotp
from programs import I64_MAX, U64_MAX, ours, verdict


def test_300_parameter_sets_agree_with_oathtool(rng):
    late = 0
    for _ in range(300):
        totp = draws.totp(rng, digits=(6, 7, 8))
        late += totp.time > 2**32
        assert ours("code", *totp.arguments()) == totp.oathtool(), totp
    assert late > 50, "too few times beyond 2^32"


def test_300_parameter_sets_agree_with_pyotp(rng):
    for _ in range(300):
        totp = draws.totp(rng, digits=(6, 7, 8, 9), latest=U64_MAX, shortest=draws.PYOTP_SHORTEST)
        assert ours("code", *totp.arguments()) == totp.pyotp(), totp


def test_codes_of_any_calendar_date_agree_with_pyotps_own_clockwork(rng):
    for _ in range(50):
        key, time, period = rng.randbytes(20), rng.randrange(2**37), rng.randint(1, 60)
        peer = pyotp.TOTP(programs.base32(key), interval=period)
        arguments = ("--secret", peer.secret, "--time", time, "--period", period)
        assert ours("code", *arguments) == peer.at(time), arguments
        assert peer.verify(ours("code", *arguments), for_time=time)


def test_steam_codes_agree_with_pyotp(rng):
    for _ in range(100):
        key, time = draws.key(rng, draws.PYOTP_SHORTEST), draws.number(rng, 0, U64_MAX)
        arguments = ("--secret-hex", key.hex(), "--steam", "--time", time)
        code = programs.steam(key, time)
        assert ours("code", *arguments) == code
        found = verdict(*arguments, "--code", code.lower(), "--past", 0, "--future", 0)
        assert found == {"step": time // 30, "offset": 0}


def test_foreign_codes_are_accepted_at_every_offset_and_their_neighbours_refused(rng):
    for _ in range(40):
        totp = draws.totp(rng, digits=(6, 7, 8), latest=I64_MAX - 2**23)
        past, future = rng.randint(0, 3), rng.randint(0, 3)
        arguments = (*totp.arguments(), "--past", past, "--future", future)
        first = max(totp.step - past - 1, 0)
        codes = {step: totp.at_step(step).oathtool() for step in range(first, totp.step + future + 2)}
        window = [step for step in codes if totp.step - past <= step <= totp.step + future]
        assert totp.step in window
        for code in codes.values():
            # Where two steps carry the same code, the newest is named.
            newest = max((step for step in window if codes[step] == code), default=None)
            expected = newest if newest is None else {"step": newest, "offset": newest - totp.step}
            assert verdict(*arguments, "--code", code) == expected, (totp, past, future, codes)


def test_a_code_of_another_key_is_refused(rng):
    for _ in range(20):
        totp = draws.totp(rng, digits=(8,))
        code = totp.oathtool()
        other = f"{(int(code) + rng.randint(1, 10**8 - 1)) % 10**8:08}"
        exact = ("--past", 0, "--future", 0)
        assert verdict(*totp.arguments(), *exact, "--code", other) is None
        assert verdict(*totp.arguments(), *exact, "--code", f"{code[:4]} {code[4:]}") is not None


def test_the_default_time_is_the_system_clock():
    key = bytes(range(20))
    foreign = programs.oathtool("--totp", "--digits=8", key.hex())
    found = verdict("--secret-hex", key.hex(), "--digits", 8, "--code", foreign)
    assert found is not None and found["offset"] in (0, -1)
