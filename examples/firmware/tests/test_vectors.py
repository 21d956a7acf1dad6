"""The standards' vectors, computed on the boards and compared here."""

from machine import vectors


def test_all_vectors_of_the_three_standards(start):
    printed = start("vectors").finish()
    expected = [
        *(f"HOTP {test['code']}" for test in vectors("hotp-rfc4226.json")),
        *(f"TOTP {test['code']}" for test in vectors("totp-rfc6238.json")),
        *(f"OCRA {test['response']}" for test in vectors("ocra-rfc6287.json")),
    ]
    assert len(expected) == 10 + 18 + 70
    assert printed == [*expected, f"{len(expected)} vectors agree"]
