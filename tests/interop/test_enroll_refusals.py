"""What enroll cannot use: a clear message, a status, and nothing changed."""

import json
import os
import subprocess

import pytest
from enroll import SECONDS, START, command, by_oathtool, enrolled, events, run


@pytest.fixture
def store(tmp_path):
    return tmp_path / "account.json"


@pytest.fixture
def account(store):
    """An enrolled one: its secret and its recovery code."""
    return enrolled(store, "--account", "alice")


def refused(store, *arguments, status, lines=(f"@{START}", "123456")):
    """The message of a run that changes nothing."""
    before = contents(store)
    done = run(store, *arguments, lines=lines)
    assert (done.returncode, done.stdout) == (status, b""), done
    assert contents(store) == before
    return done.stderr.decode()


def contents(store):
    return {file.name: file.read_bytes() for file in store.parent.iterdir()}


MALFORMED = [
    "12345", "1234567", "1", "12345a", "abcdef", "zzz-zzz", "+12345", "-123456", "1e5", "１２３４５６", "١٢٣٤٥٦",
    "'; DROP TABLE", "\x1b[2J", "A" * 23, "A" * 25, "!" * 24, "9" * 100_000, "@", "@x", "@-1", "@1.5", f"@{2**64}",
    "@ ", b"\xff\xfe\n", b"123\x00456\n",
]  # fmt: skip


@pytest.mark.parametrize("line", MALFORMED, ids=lambda line: repr(line)[:30])
def test_a_malformed_line_is_answered_and_costs_nothing(store, account, line):
    before = store.read_bytes()
    *answers, accepted = events(store, *[line] * 12, by_oathtool(account[0], START + 30))
    for answer in answers:
        assert list(answer) == ["event", "detail"] and answer["event"] == "rejected"
        assert 10 < len(answer["detail"]) < 200 and answer["detail"].isprintable()
    assert len(answers) == 12
    assert accepted == {"event": "accepted", "method": "otp"}
    assert store.read_bytes() != before
    before = store.read_bytes()
    assert len(events(store, line)) == 1
    assert store.read_bytes() == before


def test_a_malformed_line_leaves_a_first_code_awaited(store):
    [enrolled, *answers] = events(store, *MALFORMED[:8])
    assert [answer["event"] for answer in answers] == ["rejected"] * 8
    assert all("detail" in answer for answer in answers)


def test_empty_lines_are_nothing(store, account):
    before = contents(store)
    assert events(store, "", "  ", "\t", "\r") == []
    assert contents(store) == before


def test_a_broken_store_is_named_and_left_alone(store, account, rng):
    sound = store.read_bytes()
    lengths = {0, 1, len(sound) - 2, *(rng.randrange(len(sound) - 2) for _ in range(40))}
    broken = [sound[:length].rstrip() for length in lengths]
    broken += [b"[]", b"null", b"{}", b"\xff\xfe", b"\0" * 100, b"not JSON", sound + sound, sound + b"x"]
    for content in broken:
        store.write_bytes(content)
        for mode in ((), ("--json",)):
            assert f"cannot read the store {store}: " in one_line(refused(store, *mode, status=1))


def test_a_store_with_another_value_is_read_whole_or_refused(store, account):
    """Every field in turn gets what does not belong there."""
    sound = json.loads(store.read_text())
    for path in paths(sound):
        for value in (None, -1, 2**70, "x", [], {}, 1.5, True):
            store.write_text(json.dumps(replaced(sound, path, value)))
            before = store.read_bytes()
            done = run(store, "--json", "--now", START)
            assert done.returncode in (0, 1), (path, value, done)
            if done.returncode == 1:
                assert one_line(done.stderr.decode()).startswith("enroll: cannot read the store ")
                assert store.read_bytes() == before, (path, value)


def paths(value, path=()):
    if path:
        yield path
    nested = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in nested:
        yield from paths(inner, (*path, key))


def replaced(value, path, new):
    """A copy with something else in one place."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def test_a_store_of_another_account_is_refused(store, account):
    message = one_line(refused(store, "--account", "bob", status=1))
    assert message == f"enroll: the store {store} belongs to another account than bob"
    assert events(store, arguments=("--account", "alice")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--frobnicate",), "--frobnicate"),
        (("alice",), "alice"),
        (("--now",), "--now"),
        (("--now", "-1"), "not a whole number of seconds"),
        (("--now", "x"), "not a whole number of seconds"),
        (("--now", str(2**64)), "beyond 2^64-1"),
        (("--now", "1", "--now", "2"), "--now"),
        (("--issuer", "a:b"), "the issuer contains a colon"),
        (("--account", "a:b"), "the account contains a colon"),
        (("--account", ""), "the account is empty"),
        (("--account", " "), "the account is empty"),
        (("--account", "x" * 3000), "too long"),
        (("--store",), "--store"),
    ],
)
def test_unusable_arguments_have_status_2(store, arguments, words):
    if arguments == ("--store",):
        done = subprocess.run(command(store)[:1] + ["--store"], capture_output=True, timeout=SECONDS)
        message, status = done.stderr.decode(), done.returncode
    else:
        message, status = refused(store, *arguments, status=2), 2
    assert status == 2 and words in message
    assert not list(store.parent.iterdir())


@pytest.mark.parametrize("name", [".", "no/such/folder/account.json", "account.json/below"])
def test_a_store_that_cannot_be_is_named(tmp_path, name):
    (tmp_path / "account.json").write_text("{}")
    before = contents(tmp_path / "account.json")
    done = run(tmp_path / name, "--now", START, lines=["123456"])
    assert done.returncode == 1
    assert one_line(done.stderr.decode()).startswith("enroll: cannot ")
    assert contents(tmp_path / "account.json") == before


def test_a_full_or_closed_output_is_no_panic(store, account):
    code = by_oathtool(account[0], START + 30)
    before = store.read_bytes()
    lines = f"@{START + 30}\n12345\n{code}\n".encode()
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command(store), input=lines, stdout=full, stderr=subprocess.PIPE, timeout=SECONDS)
    assert done.returncode == 1
    assert one_line(done.stderr.decode()).startswith("enroll: ")
    assert store.read_bytes() == before
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command(store), input=lines, stdout=full, stderr=full, timeout=SECONDS)
    assert done.returncode == 1
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as closed:
        done = subprocess.run(command(store), input=lines, stdout=closed, stderr=subprocess.PIPE, timeout=SECONDS)
    assert done.returncode == 1 and "panicked" not in done.stderr.decode()


def one_line(message):
    line, end = message.split("\n")
    assert line and end == "", message
    return line
