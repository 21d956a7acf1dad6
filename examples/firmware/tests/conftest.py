"""Every test runs on every board, and in a folder of its own."""

import pytest

from machine import BOARDS, Machine


@pytest.fixture(params=BOARDS)
def board(request):
    return request.param


@pytest.fixture
def start(board, tmp_path):
    """Starts a program on the board; what it keeps is there when it is started again."""
    started = []

    def start(program):
        started.append(Machine(board, program, tmp_path))
        return started[-1]

    yield start
    for machine in started:
        machine.kill()
