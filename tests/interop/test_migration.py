"""Google Authenticator's export: what protocol buffers encode is read entry by entry."""

import json

import draws
import payload
import pytest
from programs import otp, ours

SECRET = b"12345678901234567890"
SOUND = {"secret": SECRET, "name": "bob", "algorithm": 1, "digits": 1, "type": payload.TOTP}
READ = {
    "type": "totp", "issuer": None, "account": "bob", "secret_hex": SECRET.hex(), "algorithm": "SHA1",
    "digits": 6, "period": 30, "findings": [],
}  # fmt: skip


def read(uri):
    return json.loads(ours("migration", "read", uri))


def encoded(rng, account):
    """An account as the app exports it, which names the issuer in the label or does not."""
    in_label = account.issuer and rng.random() < 0.5
    return {
        "secret": account.key,
        "name": f"{account.issuer}:{account.name}" if in_label else account.name,
        "issuer": account.issuer or "",
        "algorithm": payload.ALGORITHMS[account.algorithm],
        "digits": payload.DIGITS[account.digits],
        "type": payload.TOTP if account.counter is None else payload.HOTP,
        "counter": account.counter or 0,
        "unique_id": rng.choice(["", "4f2a"]),
    }


def test_100_random_exports_read_as_they_were_meant(rng):
    for _ in range(100):
        accounts = [draws.exported(rng) for _ in range(rng.randint(0, 12))]
        batch = {"version": 1, "batch_size": 1, "batch_id": rng.randint(-(2**31), 2**31 - 1)}
        message = payload.message([encoded(rng, account) for account in accounts], **batch)
        expected = [
            account.entry() | {"findings": ["WeakSecret"] if len(account.key) < 16 else []} for account in accounts
        ]
        assert read(payload.uri(message)) == expected
        assert all(read(uri) == expected for uri in payload.spellings(message))


def test_keys_come_in_the_order_of_uri_read():
    uri = "otpauth://totp/bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    [entry] = read(payload.uri(payload.message([SOUND])))
    assert entry == READ == json.loads(ours("uri", "read", uri))
    assert list(entry) == list(READ)


def test_what_an_entry_leaves_out_is_said():
    [entry] = read(payload.uri(payload.message([{"secret": SECRET, "name": "bob"}])))
    assert entry == READ | {"findings": ["TypeAssumed"]}
    [entry] = read(payload.uri(payload.message([SOUND | {"name": "A:bob", "issuer": "B"}])))
    assert entry == READ | {"issuer": "B", "label_issuer": "A", "findings": ["IssuerMismatch"]}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"secret": b""}, "MissingSecret"),
        ({"secret": bytes(129)}, "SecretTooLong"),
        ({"algorithm": payload.ALGORITHMS["MD5"]}, "InvalidAlgorithm"),
        ({"algorithm": -1}, "InvalidAlgorithm"),
        ({"digits": 3}, "InvalidDigits"),
        ({"type": 3}, "UnsupportedType"),
        ({"type": payload.HOTP, "counter": -1}, "InvalidCounter"),
        ({"name": "b\0b"}, "NulInLabel"),
    ],
)
def test_an_unreadable_entry_says_why_among_its_neighbours(changes, error):
    first, entry, last = read(payload.uri(payload.message([SOUND, SOUND | changes, SOUND])))
    assert first == last == READ
    assert list(entry) == ["error", "detail"] and entry["error"] == error


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("otpauth://totp/a?secret=GEZDGNBV", "UnsupportedScheme"),
        ("otpauth-migration://online?data=CgA", "UnsupportedType"),
        ("otpauth-migration://offline", "MissingData"),
        ("otpauth-migration://offline?data=", "MissingData"),
        ("otpauth-migration://offline?data=CgA&data=CgA", "DuplicateParameter"),
        ("otpauth-migration://offline?data=Cg!A", "InvalidBase64"),
        (payload.uri(payload.message([SOUND])[:-1]), "Truncated"),
    ],
)
def test_an_unreadable_export_is_an_error_with_status_2(uri, error):
    done = otp("migration", "read", uri)
    assert (done.returncode, done.stderr) == (2, "")
    answer = json.loads(done.stdout)
    assert list(answer) == ["error", "detail"] and answer["error"] == error


def test_people_are_told_of_the_other_uris_of_a_batch():
    done = otp("migration", "read", payload.uri(payload.message([SOUND], batch_size=3, batch_index=1)))
    assert (done.returncode, json.loads(done.stdout)) == (0, [READ])
    assert done.stderr == "otp: this is URI 2 of 3 of the export\n"


def test_broken_messages_are_read_or_refused(rng):
    outcomes = set()
    for _ in range(300):
        message = bytearray(payload.message([encoded(rng, draws.exported(rng)) for _ in range(3)], version=1))
        for _ in range(rng.randint(1, 4)):
            message[rng.randrange(len(message))] ^= 1 << rng.randrange(8)
        done = otp("migration", "read", payload.uri(bytes(message)))
        assert done.returncode in (0, 2) and "panicked" not in done.stderr, done
        outcomes.add(type(json.loads(done.stdout)))
    assert outcomes == {list, dict}
