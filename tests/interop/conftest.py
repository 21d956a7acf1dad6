"""Reproducible randomness for the tests."""

import os
import random

import pytest

SEED = os.environ.get("MFA_INTEROP_SEED") or str(random.SystemRandom().getrandbits(64))


def pytest_report_header():
    return f"MFA_INTEROP_SEED={SEED}"


def pytest_terminal_summary(terminalreporter, exitstatus):
    if exitstatus:
        terminalreporter.write_line(f"to run the same parameters again: MFA_INTEROP_SEED={SEED}")


@pytest.fixture
def rng(request):
    """A generator of its own for each test, so that one alone draws the same values."""
    return random.Random(f"{SEED}/{request.node.name}")


@pytest.fixture
def umask_0():
    """Nothing is forbidden to anybody by default."""
    before = os.umask(0)
    yield
    os.umask(before)
