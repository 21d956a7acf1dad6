"""Several processes on one store, and processes that die."""

import threading

import pytest
from enroll import START, Enroll, by_oathtool, by_pyotp, enrolled, events, pause, wrong_codes

ACCEPTED = {"event": "accepted", "method": "otp"}
CONFIRMED = {"event": "confirmed"}
CONFLICT = {"event": "conflict"}
REJECTED = {"event": "rejected"}
LOST = (REJECTED, CONFLICT)
# A slow bucket gets one attempt back every seven hours.
ROUND = 8 * 3600


@pytest.fixture
def store(tmp_path):
    return tmp_path / "account.json"


def at_once(programs, *lines):
    """All programs get the same lines at the same moment: what each answers."""
    barrier, answers = threading.Barrier(len(programs)), [None] * len(programs)

    def ask(index):
        barrier.wait()
        answers[index] = programs[index].ask(*lines)

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(programs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_processes_with_one_code_exactly_one_is_accepted(store):
    secret, _ = enrolled(store)
    wins = [0, 0]
    with Enroll(store) as first, Enroll(store) as second:
        for number in range(1, 201):
            now = START + number * ROUND
            answers = at_once((first, second), f"@{now}", by_pyotp(secret, now))
            winner = answers.index(ACCEPTED)
            assert answers[1 - winner] in LOST, (number, answers)
            wins[winner] += 1
        first.end()
        second.end()
    assert sum(wins) == 200


def test_of_five_processes_with_one_recovery_code_exactly_one_is_accepted(store):
    _, recovery_code = enrolled(store)
    programs = [Enroll(store) for _ in range(5)]
    try:
        for number in range(1, 31):
            # Four attempts are lost in each round.
            now = START + number * 4 * ROUND
            answers = at_once(programs, f"@{now}", recovery_code)
            [accepted] = [answer for answer in answers if answer["event"] == "accepted"]
            assert accepted["method"] == "recovery-code"
            assert sum(answer in LOST for answer in answers) == 4, (number, answers)
            [recovery_code] = accepted["recovery_codes"]
    finally:
        for program in programs:
            program.kill()


def test_parallel_guesses_are_not_free(store):
    secret, _ = enrolled(store)
    programs, wrong = [Enroll(store) for _ in range(3)], wrong_codes(secret, START)
    try:
        answers = [answer for _ in range(8) for answer in at_once(programs, next(wrong))]
    finally:
        for program in programs:
            program.kill()
    # Who loses a race five times is told so, and has not been counted; nobody is told of
    # more codes than there are attempts.
    assert sum(answer["event"] == "rejected" for answer in answers) <= 10
    assert answers[-1] == {"event": "locked", "until": START + 360}


def test_of_two_enrollments_at_once_exactly_one_is_confirmed(tmp_path):
    for number in range(40):
        store = tmp_path / f"{number}.json"
        with Enroll(store) as first, Enroll(store) as second:
            secret = confirmed_by_one((first, second))
            first.end()
            second.end()
        now = START + 30
        assert events(store, by_oathtool(secret, now), arguments=("--now", now)) == [ACCEPTED]


def confirmed_by_one(programs):
    """Each association takes the place of the one before, until one is confirmed: its secret."""
    for _ in range(100):
        secrets = [program.event()["secret"] for program in programs]
        for program, secret in zip(programs, secrets):
            program.say(by_pyotp(secret, START))
        answers = [program.event() for program in programs]
        assert answers.count(CONFIRMED) + answers.count(CONFLICT) == 2, answers
        if CONFIRMED in answers:
            assert answers.count(CONFIRMED) == 1
            return secrets[answers.index(CONFIRMED)]
    raise AssertionError("nobody is ever confirmed")


def test_a_process_that_is_killed_leaves_a_whole_store(store, rng):
    secret, _ = enrolled(store)
    now = START
    for _ in range(60):
        now += ROUND
        times = range(now, now + 20 * 30, 30)
        with Enroll(store) as program:
            program.say(*(line for at in times for line in (f"@{at}", by_pyotp(secret, at))))
            heard = [program.event() for _ in range(rng.randint(0, 10))]
            pause(rng, 0.005)
            heard += program.kill()
        assert heard == [ACCEPTED] * len(heard)
        # No code whose acceptance was told is accepted again; the next free one is.
        if heard:
            at = times[len(heard) - 1]
            assert events(store, f"@{at}", by_oathtool(secret, at)) == [REJECTED]
        last = times[-1] + 30
        assert events(store, f"@{last}", by_oathtool(secret, last)) == [ACCEPTED]


def test_an_enrollment_that_is_killed_leaves_no_store_or_a_whole_one(store, rng):
    for _ in range(40):
        with Enroll(store) as program:
            pause(rng, 0.02)
            program.kill()
    secret, _ = enrolled(store)
    now = START + 30
    assert events(store, by_oathtool(secret, now), arguments=("--now", now)) == [ACCEPTED]
