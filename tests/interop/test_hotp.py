"""HOTP: the same codes as oathtool and pyotp, and their codes accepted within the look-ahead."""

import draws
from programs import U64_MAX, ours, verdict


def test_300_parameter_sets_agree_with_oathtool(rng):
    for _ in range(300):
        hotp = draws.hotp(rng, ("SHA1",), (6, 7, 8), U64_MAX)
        assert ours("code", *hotp.arguments()) == hotp.oathtool(), hotp


def test_300_parameter_sets_agree_with_pyotp(rng):
    for _ in range(300):
        hotp = draws.hotp(rng, draws.ALGORITHMS, (6, 7, 8, 9), U64_MAX, draws.PYOTP_SHORTEST)
        assert ours("code", *hotp.arguments()) == hotp.pyotp(), hotp


def test_foreign_codes_are_accepted_within_the_look_ahead_and_refused_beside_it(rng):
    for _ in range(40):
        hotp = draws.hotp(rng, ("SHA1",), (6, 7, 8), U64_MAX)
        look_ahead = rng.randint(0, 5)
        arguments = (*hotp.arguments(), "--look-ahead", look_ahead)
        around = range(max(hotp.counter - 1, 0), min(hotp.counter + look_ahead + 1, U64_MAX) + 1)
        codes = {counter: hotp.at(counter).oathtool() for counter in around}
        window = [counter for counter in codes if hotp.counter <= counter <= hotp.counter + look_ahead]
        assert hotp.counter in window
        for code in codes.values():
            newest = max((counter for counter in window if codes[counter] == code), default=None)
            expected = newest if newest is None else {"counter": newest}
            assert verdict(*arguments, "--code", code) == expected, (hotp, look_ahead, codes)
