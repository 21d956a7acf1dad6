"""otpauth URIs: those found in the wild, and those of pyotp, both ways."""

import json

import draws
import pyotp
import pytest
import qr
from programs import REPOSITORY, U64_MAX, hash_of, otp, ours

WILD = json.loads((REPOSITORY / "vectors/otpauth-wild.json").read_text())["tests"]


def read(uri):
    """What `otp uri read` says, without its findings, and these."""
    entry = json.loads(ours("uri", "read", uri))
    return entry, entry.pop("findings")


def written(account, secret=("--secret-hex", "31" * 20), **parameters):
    flags = [part for name, value in parameters.items() for part in (f"--{name}", value)]
    return ours("uri", "write", "--account", account, *secret, *flags)


@pytest.mark.parametrize("test", WILD, ids=lambda test: str(test["tcId"]))
def test_uris_from_the_wild_read_as_expected(test):
    done = otp("uri", "read", test["uri"])
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    if test["result"] == "valid":
        findings = answer.pop("findings")
        assert (done.returncode, answer) == (0, test["expect"])
        assert ("WeakSecret" in findings) is (len(answer["secret_hex"]) < 32)
        assert ("IssuerMismatch" in findings) is ("label_issuer" in answer)
    else:
        assert done.returncode == 2
        assert list(answer) == ["error", "detail"]
        assert answer["error"] in test["error"].split(" / ")


def test_all_wild_uris_are_there():
    assert len(WILD) == 64


def test_keys_come_in_their_order():
    uri = "otpauth://totp/B:c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A&encoder=steam"
    assert list(json.loads(ours("uri", "read", uri))) == [
        "type", "issuer", "account", "secret_hex", "algorithm", "digits", "period",
        "label_issuer", "encoder", "findings",
    ]  # fmt: skip
    uri = "otpauth://hotp/c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    entry = json.loads(ours("uri", "read", uri))
    assert list(entry)[5:] == ["digits", "counter", "findings"]
    assert entry["issuer"] is None and entry["findings"] == ["CounterAssumed"]


def test_200_uris_of_pyotp_read_as_it_meant_them(rng):
    for _ in range(200):
        account = draws.account(rng)
        # Its parameters name the issuer, so that a colon in a name is no doubt.
        colon = rng.choice(["", "", ":"]) if account.issuer else ""
        name, issuer = account.name + colon, (account.issuer or "") + colon or None
        entry, findings = read(account.pyotp().provisioning_uri(name=name, issuer_name=issuer))
        assert entry == account.entry() | {"account": name, "issuer": issuer}
        assert findings == (["WeakSecret"] if len(account.key) < 16 else [])


def test_200_uris_written_read_back_here_and_in_pyotp(rng):
    for _ in range(200):
        account = draws.account(rng, shortest=16)
        uri = ours("uri", "write", *account.arguments(rng))
        assert read(uri) == (account.entry(), []), uri
        peer = pyotp.parse_uri(uri)
        assert (peer.name, peer.issuer) == (account.name, account.issuer)
        assert (peer.byte_secret(), peer.digits) == (account.key, account.digits)
        assert peer.digest is hash_of(account.algorithm)
        if account.counter is None:
            assert (type(peer), peer.interval) == (pyotp.TOTP, account.period)
        else:
            assert (type(peer), peer.initial_count) == (pyotp.HOTP, account.counter)


def test_the_form_that_is_written():
    assert written("a@b.c", issuer="Ex ample") == (
        "otpauth://totp/Ex%20ample:a%40b.c?secret=" + "GEYTCMJR" * 4
        + "&issuer=Ex%20ample&algorithm=SHA1&digits=6&period=30"
    )  # fmt: skip
    uri = written("bob", type="hotp", algorithm="sha512", digits=8, counter=U64_MAX)
    assert uri.endswith(f"&algorithm=SHA512&digits=8&counter={U64_MAX}")
    assert written("bob", period=U64_MAX).endswith(f"&period={U64_MAX}")
    uri = written("bob", type="STEAM", secret=("--secret", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"))
    assert uri == (
        "otpauth://steam/bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=5&period=30"
    )
    assert read(uri)[0]["type"] == "steam"


def test_a_real_decoder_reads_the_qr_code(rng):
    for _ in range(30):
        account = draws.account(rng, shortest=16)
        arguments = account.arguments(rng)
        uri, blocks = ours("uri", "write", *arguments, "--qr").split("\n", 1)
        assert uri == ours("uri", "write", *arguments)
        assert qr.decode(blocks) == uri
