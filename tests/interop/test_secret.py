"""Fresh secrets: of the length asked for, readable by the peers, never the same."""

import json

import pyotp
import pytest
from programs import base32, ours


@pytest.mark.parametrize(
    ("arguments", "bits"),
    [
        ((), 160),
        (("--algorithm", "SHA1"), 160),
        (("--algorithm", "SHA256"), 256),
        (("--algorithm", "sha512"), 512),
        (("--bits", 128), 128),
        (("--bits", 208, "--algorithm", "SHA512"), 208),
        (("--bits", 512), 512),
    ],
)
def test_a_fresh_secret_has_the_length_asked_for(arguments, bits):
    answers = [json.loads(ours("secret", "new", *arguments)) for _ in range(3)]
    assert len({answer["secret"] for answer in answers}) == 3
    for answer in answers:
        secret, groups = answer["secret"], answer["groups"].split(" ")
        assert answer["bits"] == bits
        assert "".join(groups) == secret
        assert {len(group) for group in groups[:-1]} == {4} and 1 <= len(groups[-1]) <= 4
        key = pyotp.TOTP(secret).byte_secret()
        assert len(key) * 8 == bits and base32(key) == secret
        for spelling in (secret, answer["groups"], secret.lower()):
            code = ours("code", "--secret", spelling, "--time", 1_700_000_000)
            assert code == pyotp.TOTP(secret).generate_otp(1_700_000_000 // 30)
