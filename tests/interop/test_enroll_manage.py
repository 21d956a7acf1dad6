"""What an owner does beyond logging in: more authenticators, fewer, other recovery codes."""

import pytest
from enroll import START, Enroll, by_oathtool, by_pyotp
from programs import oathtool

ACCEPTED = {"event": "accepted", "method": "otp"}
CONFIRMED = {"event": "confirmed"}
LOG_IN_FIRST = {"event": "log in first"}
REJECTED = {"event": "rejected"}
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def by_token(counter):
    return oathtool("--hotp", f"--counter={counter}", "--base32", SEED)


@pytest.fixture
def program(tmp_path):
    with Enroll(tmp_path / "account.json", "--policy", "nist") as program:
        yield program
        program.end()


@pytest.fixture
def first(program):
    """The first app, confirmed: its secret and the sheet of recovery codes."""
    event = program.event()
    assert event["event"] == "enrolled" and len(set(event["recovery_codes"])) == 10
    assert program.ask(by_oathtool(event["secret"], START)) == CONFIRMED
    return event


def listed(program):
    event = program.ask("list")
    assert event["event"] == "list"
    return [(one["kind"], one["label"], one["phase"]) for one in event["authenticators"]], event["recovery_codes_left"]


def test_several_authenticators_from_the_first_to_the_last(program, first):
    app = ("totp", "authenticator app", "active")
    assert listed(program) == ([app], 10)

    # A second app. Until it is confirmed, it proves nothing.
    second = program.ask("add app Ann's tablet")
    assert second["event"] == "enrolled" and second["recovery_codes"] == []
    assert listed(program) == ([app, ("totp", "Ann's tablet", "pending")], 10)
    assert program.ask(by_pyotp(second["secret"], START)) == CONFIRMED

    # A hardware token, three presses ahead of what was noted.
    assert program.ask(f"add token {SEED} 7") == {"event": "associated"}
    assert program.ask(by_token(10)) == CONFIRMED
    tablet, token = ("totp", "Ann's tablet", "active"), ("hotp", "token", "active")
    assert listed(program) == ([app, tablet, token], 10)
    program.say(f"@{START + 30}")
    for code in (by_oathtool(first["secret"], START + 30), by_pyotp(second["secret"], START + 30), by_token(11)):
        assert program.ask(code) == ACCEPTED
        assert program.ask(code) == REJECTED

    # Pressed too often in a pocket: found again by two codes, of which none serves a login.
    assert program.ask(by_token(500)) == REJECTED
    assert program.ask(f"resync 3 {by_token(500)} {by_token(501)}") == {"event": "resynchronized"}
    assert program.ask(by_token(501)) == REJECTED
    assert program.ask(by_token(502)) == ACCEPTED

    # The phone is lost. Every removal needs a login of its own.
    assert program.ask("remove 1") == {"event": "removed", "enrolled": True}
    assert listed(program) == ([tablet, token], 10)
    assert program.ask("remove 1") == LOG_IN_FIRST
    assert program.ask(f"@{START + 90}", by_oathtool(first["secret"], START + 90)) == REJECTED
    assert program.ask(by_token(503)) == ACCEPTED
    assert program.ask("remove 1") == {"event": "removed", "enrolled": True}
    assert program.ask(by_token(504)) == ACCEPTED

    # With the last one all is gone, and a new life begins.
    program.say("remove 1")
    assert program.event() == {"event": "removed", "enrolled": False}
    again = program.event()
    assert again["event"] == "enrolled" and not set(again["recovery_codes"]) & set(first["recovery_codes"])
    assert program.ask(by_pyotp(again["secret"], START + 90)) == CONFIRMED


def test_a_sheet_of_recovery_codes_is_used_up_one_by_one_and_replaced_as_a_whole(program, first):
    sheet = first["recovery_codes"]
    for left, code in zip(range(9, 6, -1), reversed(sheet)):
        assert program.ask(code) == {"event": "accepted", "method": "recovery-code"}
        assert program.ask(code) == REJECTED
        assert program.ask("list")["recovery_codes_left"] == left
    fresh = program.ask("codes")
    assert fresh["event"] == "codes" and len(set(fresh["recovery_codes"]) - set(sheet)) == 10
    assert program.ask(sheet[0]) == REJECTED
    assert program.ask(fresh["recovery_codes"][4].lower()) == {"event": "accepted", "method": "recovery-code"}


def test_management_needs_a_login_of_the_last_ten_minutes(tmp_path):
    store = tmp_path / "account.json"
    with Enroll(store) as program:
        secret = program.event()["secret"]
        assert program.ask(by_pyotp(secret, START)) == CONFIRMED
        program.end()
    with Enroll(store, now=START + 60) as program:
        for command in ("add app", f"add token {SEED}", "remove 1", "resync 1 123456 123456", "codes"):
            assert program.ask(command) == LOG_IN_FIRST
        assert program.ask(by_pyotp(secret, START + 60)) == ACCEPTED
        assert program.ask(f"@{START + 659}", "add app")["event"] == "enrolled"
        program.say("cancel")
        assert program.ask(f"@{START + 660}", "codes") == LOG_IN_FIRST
        program.end()


def test_what_is_not_understood_changes_nothing(program, first):
    before = listed(program)
    for line in (
        "add", "add phone", "add app " + "x" * 33, "add token", "add token 1!", f"add token {SEED} -1", "remove",
        "remove 0", "remove 2", "remove one", "resync 1 123456", "list all", "codes 3", "add token GEZDGNBV",
        f"add token {first['secret']}",
    ):
        event = program.ask(line)
        assert event["event"] == "rejected" and event["detail"], line
        assert SEED not in event["detail"] and first["secret"] not in event["detail"]
    assert listed(program) == before
    assert program.ask("help")["event"] == "help"
