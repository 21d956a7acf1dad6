"""The main job: enroll an app that nobody here wrote, and log in with it."""

import os
import re
import stat
import subprocess
import time
from contextlib import suppress

import pyotp
import pytest
import qr
from enroll import SECONDS, START, Enroll, by_oathtool, by_pyotp, command, enrolled, events, run, wrong_codes

ACCEPTED = {"event": "accepted", "method": "otp"}
REJECTED = {"event": "rejected"}


@pytest.fixture
def store(tmp_path):
    return tmp_path / "account.json"


@pytest.mark.parametrize("app", [by_oathtool, by_pyotp])
def test_the_whole_story(store, app):
    with Enroll(store, "--account", "alice@example.com", "--issuer", "Ex ample") as program:
        first = program.event()
        assert list(first) == ["event", "secret", "uri", "recovery_codes"]
        assert first["event"] == "enrolled"
        secret, [recovery_code] = first["secret"], first["recovery_codes"]
        peer = pyotp.parse_uri(first["uri"])
        assert (peer.secret, peer.issuer, peer.name) == (secret, "Ex ample", "alice@example.com")
        assert len(peer.byte_secret()) == 20 and len(recovery_code) == 24

        # A wrong code confirms nothing; a foreign one does, once.
        assert program.ask(next(wrong_codes(secret, START))) == REJECTED
        code = app(secret, START)
        assert program.ask(code) == {"event": "confirmed"}
        assert program.ask(code) == REJECTED
        assert program.ask(f"@{START + 30}", app(secret, START + 30)) == ACCEPTED
        assert program.ask(app(secret, START + 30)) == REJECTED
        spaced = app(secret, START + 60)
        assert program.ask(f"@{START + 60}", f" {spaced[:3]} {spaced[3:]} ") == ACCEPTED

        # Ten attempts, and one back every six minutes; three of them are gone.
        now = START + 3600
        wrong = wrong_codes(secret, now)
        program.say(f"@{now}")
        answers = [program.ask(next(wrong)) for _ in range(10)]
        assert answers == [REJECTED] * 10
        locked = program.ask(next(wrong))
        assert locked == {"event": "locked", "until": now + 360}
        assert program.ask(app(secret, now)) == locked
        assert program.ask(f"@{now + 359}", app(secret, now + 359)) == locked
        assert program.ask(f"@{now + 360}", app(secret, now + 360)) == ACCEPTED

        # A recovery code works once, and its replacement after it.
        accepted = program.ask(recovery_code)
        assert list(accepted) == ["event", "method", "recovery_codes"]
        [replacement] = accepted.pop("recovery_codes")
        assert accepted == {"event": "accepted", "method": "recovery-code"}
        assert program.ask(recovery_code) == REJECTED
        typed = "-".join(re.findall("....", replacement.lower()))
        [third] = program.ask(typed)["recovery_codes"]
        assert len({recovery_code, replacement, third}) == 3
        assert program.ask(replacement) == REJECTED
        program.end()


def test_locked_recovery_codes_leave_the_app_alone(store):
    secret, recovery_code = enrolled(store)
    wrong = [f"{number:024}" for number in range(11)]
    *rejected, locked = events(store, *wrong)
    assert rejected == [REJECTED] * 10
    assert locked == {"event": "locked", "until": START + 360}
    now = START + 30
    answers = events(store, recovery_code, by_oathtool(secret, now), arguments=("--now", now))
    assert answers == [locked, ACCEPTED]
    [accepted] = events(store, recovery_code, arguments=("--now", START + 360))
    assert accepted["method"] == "recovery-code"


def test_a_second_run_goes_straight_to_logging_in(store):
    secret, recovery_code = enrolled(store)
    assert events(store) == []
    assert events(store, by_oathtool(secret, START)) == [REJECTED]
    now = START + 90
    assert events(store, f"@{now}", by_oathtool(secret, now)) == [ACCEPTED]
    [accepted] = events(store, recovery_code)
    assert accepted["method"] == "recovery-code"


def test_an_association_that_nobody_confirmed_is_replaced(store):
    [first] = events(store)
    with Enroll(store) as program:
        second = program.event()
        assert program.ask(by_oathtool(first["secret"], START)) == REJECTED
        assert program.ask(by_oathtool(second["secret"], START)) == {"event": "confirmed"}
        assert program.ask(first["recovery_codes"][0]) == REJECTED
        program.end()
    assert first["secret"] != second["secret"]


def test_an_association_that_waited_too_long_is_made_anew(store):
    with Enroll(store) as program:
        secret = program.event()["secret"]
        late = START + 601
        assert program.ask(f"@{late}", by_oathtool(secret, late)) == {"event": "conflict"}
        again = program.event()
        assert again["event"] == "enrolled" and again["secret"] != secret
        assert program.ask(by_oathtool(again["secret"], late)) == {"event": "confirmed"}
        program.end()


@pytest.mark.parametrize("now", [0, 29, 2**32 + 12345])
def test_any_time_will_do(store, now):
    secret, _ = enrolled(store, now=now)
    later = now + 60
    assert events(store, f"@{later}", by_oathtool(secret, later)) == [ACCEPTED]


def test_the_system_clock_is_the_default(store):
    secret, _ = enrolled(store)
    assert events(store, by_oathtool(secret, int(time.time())), arguments=()) == [ACCEPTED]


def test_the_store_is_its_owners_alone(tmp_path, umask_0):
    store = tmp_path / "folder with spaces" / "käse.json"
    store.parent.mkdir()
    secret, _ = enrolled(store)
    for _ in range(2):
        files = list(store.parent.iterdir())
        assert store in files
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert events(store, by_pyotp(secret, START + 30), arguments=("--now", START + 30))


def test_people_get_a_qr_code_and_the_secret_in_groups_of_four(store):
    done = run(store, "--now", START, "--issuer", "Ex ample", "--account", "zoë@example.com")
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    [uri] = re.findall(r"otpauth://\S+", text)
    assert qr.decode(text) == uri
    peer = pyotp.parse_uri(uri)
    assert (peer.issuer, peer.name) == ("Ex ample", "zoë@example.com")
    [groups] = re.findall(r": ((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\n", text)
    assert groups.replace(" ", "") == peer.secret


def test_in_a_terminal_the_qr_code_is_black_on_white(store):
    text = in_a_terminal(command(store))
    rows = re.findall("\x1b\\[30;107m([ ▀▄█]+)\x1b\\[0m\n", text)
    assert len(rows) > 20
    assert f"{qr.decode(chr(10).join(rows))}\n" in text


def in_a_terminal(arguments):
    """What a program shows in a terminal."""
    seen, terminal = os.openpty()
    with open(terminal, "wb") as output:
        program = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output)
    shown = bytearray()
    with open(seen, "rb", buffering=0) as screen, suppress(OSError):
        # A terminal that nobody writes to any more is an error, not an end.
        while part := screen.read(4096):
            shown += part
    assert program.wait(SECONDS) == 0
    return shown.decode().replace("\r\n", "\n")


def test_people_are_told_what_came_of_their_lines(store):
    secret, recovery_code = enrolled(store)
    now = START + 30
    lines = [f"@{now}", by_oathtool(secret, now), by_oathtool(secret, now), "12345", recovery_code]
    done = run(store, lines=lines)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    for words in ("Accepted.", "Rejected", "Not understood", "The recovery code is used up; the new one: "):
        assert text.count(words) >= 1, text
    [groups] = re.findall(r"new one: ((?:[0-9A-Z]{4} ?){6})\n", text)
    assert groups.replace(" ", "") != recovery_code
    [accepted] = events(store, groups)
    assert accepted["method"] == "recovery-code"
