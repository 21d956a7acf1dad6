"""The token, as its maker, its owner and a thief meet it: what its codes should be, oathtool and
the library on the host say."""

import base64
import hashlib
import json
import os
import random
import re
import subprocess
import time
from pathlib import Path

import pytest

from machine import FIRMWARE, run, vectors

NOW = 1_700_000_010  # the beginning of a time step
OTP = Path(os.environ.get("MFA_EXAMPLES", FIRMWARE.parents[1] / "target/debug/examples")) / "otp"


def oathtool(*arguments):
    command = ["oathtool", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def otp(*arguments):
    """The library on the host."""
    done = subprocess.run([OTP, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.stdout.strip()


def is_accepted(key, code, *arguments):
    answer = otp("verify", "--secret-hex", key.hex(), "--code", code, *arguments)
    return json.loads(answer)["accepted"]


def response(suite, key, challenge, *arguments):
    return otp("ocra", f"--suite={suite}", f"--key-hex={key.hex()}", f"--challenge={challenge}", *arguments)


def secret(seed):
    return hashlib.sha256(seed.encode()).digest()[:20]


def base32(key):
    return base64.b32encode(key).decode()


class Token:
    """At the key pad."""

    def __init__(self, start):
        self.start = start
        self.restart()

    def restart(self):
        self.machine = self.start("token")
        self.machine.ask()

    def lose_power(self):
        self.machine.kill()
        self.restart()

    def type(self, line):
        answer = self.machine.ask(line)
        return answer[0] if answer else None

    def does(self, line):
        assert self.type(line) == "done", line

    def code(self, line=""):
        return self.type(line).removeprefix("code ")

    def state(self):
        return self.type("state")

    def rtc(self, seconds):
        assert self.type(f"rtc {seconds}") is None

    def be_hotp(self, key, counter=0):
        self.does(f"provision otpauth://hotp/Door:ann?secret={base32(key)}&issuer=Door&counter={counter}")

    def be_totp(self, key, query=""):
        self.does(f"provision otpauth://totp/Door:ann?secret={base32(key)}&issuer=Door{query}")

    def be_ocra(self, key, suite, *server):
        self.does(" ".join(["provision", suite, base32(key), *server]))


@pytest.fixture
def token(start):
    return Token(start)


def test_each_press_shows_oathtools_next_code_which_the_verifier_accepts(token):
    key = secret("hotp")
    assert token.state() == "blank"
    token.be_hotp(key, 7)
    for counter in range(7, 12):
        code = token.code()
        assert code == oathtool("--hotp", "--counter", counter, key.hex())
        assert is_accepted(key, code, "--hotp", "--counter", counter)
        assert not is_accepted(key, code, "--hotp", "--counter", counter + 1, "--look-ahead", 10)
    assert token.state() == "HOTP, counter 12"


def test_a_token_is_provisioned_once(token):
    key = secret("once")
    token.be_hotp(key)
    for other in (secret("other"), key):
        uri = f"otpauth://totp/ann?secret={base32(other)}"
        assert token.type(f"provision {uri}") == "refused: it has a secret already"
    assert token.code() == oathtool("--hotp", "--counter", 0, key.hex())
    token.does("wipe")
    assert token.type("") == "refused: no secret yet"
    token.be_totp(secret("other"))


def test_the_display_shows_oathtools_code_of_the_time(token):
    key = secret("totp")
    token.be_totp(key, "&digits=8&period=60&algorithm=SHA256")
    assert token.type("") == "refused: clock not set"
    token.rtc(1_000)
    token.does(f"set {NOW}")
    for rtc in (1_000, 1_000, 2_000, 100_000_000):
        token.rtc(rtc)
        now = NOW + rtc - 1_000
        code = token.code()
        assert code == oathtool("--totp=SHA256", "--digits=8", "--time-step-size=60s", f"--now=@{now}", key.hex())
        assert is_accepted(key, code, "--algorithm=SHA256", "--digits=8", "--period=60", f"--time={now}")


def test_a_pulled_battery_and_a_clock_set_back_show_nothing(token):
    key = secret("battery")
    token.be_totp(key)
    token.rtc(NOW)
    token.does(f"set {NOW}")
    first = token.code()
    # What the record says outlives the power; the real-time clock does not.
    token.lose_power()
    token.rtc(0)
    assert token.type("") == "refused: clock lost"
    token.does(f"set {NOW - 60}")
    assert token.type("") == "refused: clock behind"
    token.does(f"set {NOW}")
    assert token.code() == first == oathtool("--totp", f"--now=@{NOW}", key.hex())
    # A thief collects a code of tomorrow: the owner's token waits for it.
    token.does(f"set {NOW + 86_400}")
    assert token.code() == oathtool("--totp", f"--now=@{NOW + 86_400}", key.hex())
    token.does(f"set {NOW + 60}")
    assert token.type("") == "refused: clock behind"


def test_a_slow_quartz_is_made_up_for(token):
    key = secret("quartz")
    token.be_totp(key)
    days = 86_400 * 10
    for rtc, line in [(0, f"set {NOW}"), (days, f"set {NOW + days + 50} measure")]:
        token.rtc(rtc)
        token.does(line)
    token.rtc(11 * days)
    now = NOW + 11 * (days + 50)
    # Rounded down, it may be a second behind.
    codes = [oathtool("--totp", f"--now=@{now - early}", key.hex()) for early in (0, 1)]
    assert token.code() in codes


def test_the_third_wrong_pin_locks_for_good_and_no_power_cut_helps(token):
    key = secret("pin")
    token.be_hotp(key)
    token.does("pin 2468")
    assert token.type("") == "refused: PIN needed"
    assert token.code("2468") == oathtool("--hotp", "--counter", 0, key.hex())
    for left in (2, 1, 0):
        assert token.type("1234") == f"wrong PIN, left: {left}"
        token.lose_power()
    for line in ("2468", "1234", "pin 2468 1357"):
        assert token.type(line) == "refused: locked"
    assert token.state() == "HOTP, counter 4, attempts 0"
    token.does("unblock")
    token.does("pin 2468 1357")
    assert token.type("2468") == "wrong PIN, left: 2"
    # A wrong PIN moves the token on, and shows nothing.
    assert token.code("1357") == oathtool("--hotp", "--counter", 5, key.hex())


def test_challenges_are_answered_as_the_verifier_expects(token):
    key, suite = secret("ocra"), "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1"
    token.be_ocra(key, suite)
    for counter, question in enumerate(("00000000", "12345678", "99999999")):
        expected = response(suite, key, question, f"--counter={counter}", "--pin=2468")
        assert token.type(f"? {question} 2468") == f"response {expected}"
    assert token.type("? 12345678") == "refused: input does not fit the suite"
    assert token.type("? 1234567X 2468") == "refused: input does not fit the suite"
    assert token.state() == f"{suite}, counter 3"


def test_appendix_c_at_the_key_pad(token):
    one_way = [test for test in vectors("ocra-rfc6287.json") if test["section"] != "C.2"]
    suites = {}
    for test in one_way:
        suites.setdefault((test["suite"], test["key_hex"]), []).append(test)
    assert len(one_way) == 50 and len(suites) > 5
    for (suite, key), tests in suites.items():
        token.does("wipe")
        token.be_ocra(bytes.fromhex(key), suite)
        # Counters begin at 0, and each response uses one.
        for test in sorted(tests, key=lambda test: test.get("counter", 0)):
            if "timestamp_steps" in test:
                token.rtc(0)
                token.does(f"set {60 * test['timestamp_steps']}")
            line = " ".join(["?", test["challenge"], *filter(None, [test.get("pin")])])
            assert token.type(line) == f"response {test['response']}", test


def test_a_server_must_prove_itself(token):
    key = secret("mutual")
    of_token, of_server = "OCRA-1:HOTP-SHA1-8:C-QA08-PSHA1", "OCRA-1:HOTP-SHA1-6:QA08"
    token.be_ocra(key, of_token, of_server)
    asked = [token.type("ask").removeprefix("question ") for _ in range(2)]
    assert asked[0] != asked[1] and all(re.fullmatch("[0-9A-Z]{8}", one) for one in asked)
    wrong, right = (response(of_server, key, one, "--own-challenge=SRV11110") for one in asked)
    assert right != wrong
    assert token.type("? SRV11110 2468") == "refused: the server must answer first"
    assert token.type(f"! SRV11110 {wrong} 2468") == "refused: WRONG SERVER"
    # The question was used up by that.
    assert token.type(f"! SRV11110 {right} 2468").startswith("refused")
    client = token.type("ask").removeprefix("question ")
    right = response(of_server, key, client, "--own-challenge=SRV11110")
    arguments = [f"--own-challenge={client}", "--counter=0", "--pin=2468"]
    expected = response(of_token, key, "SRV11110", *arguments)
    assert token.type(f"! SRV11110 {right} 2468") == f"response {expected}"


def test_power_taken_away_at_any_moment_repeats_no_code(token, board):
    key = secret("kill")
    token.be_hotp(key)
    chance = random.Random(board)
    seen, counter = [], 0
    for _ in range(10):
        # Presses that nobody waits for: what is on the display by then was seen.
        keypad = token.machine.process.stdin
        keypad.write(b"\n" * chance.randrange(1, 4))
        keypad.flush()
        time.sleep(chance.random() * 0.05)
        token.machine.process.kill()
        display = token.machine.process.stdout.read().decode()
        token.restart()
        seen += re.findall(r"code ([0-9]{6})\n", display)
        counter = int(token.state().removeprefix("HOTP, counter "))
        seen.append(token.code())
        assert seen[-1] == oathtool("--hotp", "--counter", counter, key.hex())
    shown = [oathtool("--hotp", "--counter", n, key.hex()) for n in range(counter + 1)]
    assert len(set(shown)) == len(shown), "the codes of this secret tell nothing"
    places = [shown.index(code) for code in seen]
    assert places == sorted(set(places)), "a code was shown twice, or out of order"


def test_lines_that_mean_nothing_change_nothing(token):
    token.be_hotp(secret("nothing"))
    before = token.state()
    for line in ("x", "12a4", "set", "set x", "rtc -1", "provision", "provision x", "pin", "?", "! a", "- 1 2 3"):
        assert token.type(line).startswith("refused"), line
    assert token.state() == before


def is_the_tokens(test):
    """Not the server's part of a mutual exchange."""
    return test["section"] != "C.2" or not test["challenge"].startswith("CLI")


def test_the_standards_vectors_are_shown(start):
    *printed, last = start("token_vectors").finish()
    expected = [
        *(f"HOTP {test['code']}" for test in vectors("hotp-rfc4226.json")),
        *(f"TOTP {test['code']}" for test in vectors("totp-rfc6238.json")),
        *(f"OCRA {test['response']}" for test in vectors("ocra-rfc6287.json") if is_the_tokens(test)),
    ]
    assert len(expected) == 10 + 18 + 60
    assert printed == expected and last == "88 vectors are shown"


def test_no_power_cut_repeats_a_code_or_loses_a_counter(start):
    *_, last = start("token_power_cuts").finish()
    cuts, text = last.split(" ", 1)
    assert text == "power cuts, and no code was shown twice"
    assert int(cuts) > 1_000


@pytest.fixture(scope="module")
def on_the_host(tmp_path_factory):
    return run("host", "token_records", tmp_path_factory.mktemp("host"))


def test_records_are_the_same_bytes_as_on_the_host(on_the_host, start):
    records = [bytes.fromhex(line.split(": ")[1]) for line in on_the_host]
    assert len(set(records)) == len(records) > 20
    assert {len(record) for record in records} == {320}
    assert start("token_records").finish() == on_the_host
