"""The lock, as people meet it: codes come from oathtool, the door is on the other side."""

import subprocess

import pytest

NOW = 1_700_000_010  # the beginning of a time step


def oathtool(secret, now):
    command = ["oathtool", "--totp", "--base32", f"--now=@{now}", secret]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def wrong(secret, now):
    """A code of no step that is near."""
    near = {oathtool(secret, now + 30 * step) for step in range(-3, 4)}
    return next(code for code in ("000000", "111111", *map(str, range(222222, 222230))) if code not in near)


class Lock:
    """At the keypad, with a clock that is set before each answer."""

    def __init__(self, start):
        self.start = start
        self.restart()

    def restart(self):
        self.machine = self.start("lock")
        self.machine.ask()

    def lose_power(self):
        self.machine.kill()
        self.restart()

    def at(self, now, line):
        assert self.machine.ask(f"clock {now}") == [str(now)]
        return self.machine.ask(line)

    def enroll(self, user, now):
        secret, recovery = self.at(now, f"enroll {user}")
        secret, recovery = secret.removeprefix("secret "), recovery.removeprefix("recovery code ")
        assert len(secret) == 32 and len(recovery) == 24
        assert self.at(now, f"confirm {user} {oathtool(secret, now)}") == ["enrolled"]
        return secret, recovery


@pytest.fixture
def lock(start):
    return Lock(start)


def test_oathtools_codes_open_and_none_opens_twice(lock):
    secret, _ = lock.enroll(1, NOW)
    # The first code is used up by the enrollment.
    assert lock.at(NOW, f"1 {oathtool(secret, NOW)}") == ["wrong"]
    for minute in range(1, 4):
        now = NOW + 60 * minute
        code = oathtool(secret, now)
        assert lock.at(now, f"1 {code[:3]} {code[3:]}") == ["open"]
        assert lock.at(now, f"1 {code}") == ["wrong"]
        # What was burnt stays so when the clock goes back.
        assert lock.at(now - 30, f"1 {code}") == ["wrong"]
    assert lock.machine.ask("list") == ["1"]


def test_one_step_either_side_opens_and_two_do_not(lock):
    secret, _ = lock.enroll(1, NOW)
    for start, offset, answer in [(300, -60, "wrong"), (600, 60, "wrong"), (900, -30, "open")]:
        now = NOW + start
        assert lock.at(now, f"1 {oathtool(secret, now + offset)}") == [answer]


def test_users_have_codes_of_their_own(lock):
    first, _ = lock.enroll(1, NOW)
    second, _ = lock.enroll(2, NOW)
    now = NOW + 60
    assert lock.at(now, f"2 {oathtool(first, now)}") == ["wrong"]
    assert lock.at(now, f"2 {oathtool(second, now)}") == ["open"]
    assert lock.at(now, f"1 {oathtool(first, now)}") == ["open"]
    assert lock.at(now, f"3 {oathtool(first, now)}") == ["no such user"]
    assert lock.at(now, "enroll 1") == ["enrolled already"]
    assert lock.machine.ask("list") == ["1", "2"]
    assert lock.at(now, "remove 1") == ["removed"]
    assert lock.machine.ask("list") == ["2"]
    later = now + 60
    assert lock.at(later, f"1 {oathtool(first, later)}") == ["no such user"]
    assert lock.at(later, f"2 {oathtool(second, later)}") == ["open"]


def test_five_wrong_codes_lock_until_the_clock_says_otherwise(lock):
    secret, _ = lock.enroll(1, NOW)
    now = NOW + 3600
    for _ in range(4):
        assert lock.at(now, f"1 {wrong(secret, now)}") == ["wrong"]
    [last] = lock.at(now, f"1 {wrong(secret, now)}")
    until = int(last.removeprefix("wrong, locked until "))
    assert now < until <= now + 65
    # A right code and a wrong one are refused alike, also after a power cut.
    for code in (oathtool(secret, now), wrong(secret, now)):
        assert lock.at(now, f"1 {code}") == [f"locked until {until}"]
    lock.lose_power()
    early, late = until - 10, until + 1
    assert lock.at(early, f"1 {oathtool(secret, early)}") == [f"locked until {until}"]
    assert lock.at(late, f"1 {oathtool(secret, late)}") == ["open"]


def test_an_unlocked_user_may_try_again(lock):
    secret, _ = lock.enroll(1, NOW)
    now = NOW + 3600
    for _ in range(5):
        lock.at(now, f"1 {wrong(secret, now)}")
    assert lock.at(now, f"1 {oathtool(secret, now)}")[0].startswith("locked until")
    assert lock.at(now, "unlock 1") == ["unlocked"]
    assert lock.at(now, f"1 {oathtool(secret, now)}") == ["open"]


def test_a_recovery_code_opens_once_and_is_replaced(lock):
    _, first = lock.enroll(1, NOW)
    typed = "-".join(first[at : at + 6] for at in range(0, 24, 6)).lower()
    opened, second = lock.at(NOW + 60, f"1 {typed}")
    assert opened == "open"
    second = second.removeprefix("recovery code ")
    assert lock.at(NOW + 60, f"1 {first}") == ["wrong"]
    lock.lose_power()
    assert lock.at(NOW + 60, f"1 {first}") == ["wrong"]
    assert lock.at(NOW + 60, f"1 {second}")[0] == "open"


def test_what_was_used_stays_used_without_power(lock):
    secret, _ = lock.enroll(1, NOW)
    now = NOW + 60
    code = oathtool(secret, now)
    assert lock.at(now, f"1 {code}") == ["open"]
    lock.lose_power()
    assert lock.at(now, f"1 {code}") == ["wrong"]
    later = now + 30
    assert lock.at(later, f"1 {oathtool(secret, later)}") == ["open"]


def test_what_is_no_code_costs_nothing(lock):
    secret, _ = lock.enroll(1, NOW)
    now = NOW + 60
    for _ in range(10):
        assert lock.at(now, "1 12345") == ["not a code"]
        assert lock.at(now, "1 +12345") == ["not a code"]
    for line in ("0 123456", "9 123456", "256 123456", "x 123456", "-1 123456"):
        assert lock.at(now, line) == ["no such user"]
    assert lock.at(now, f"1 {oathtool(secret, now)}") == ["open"]
