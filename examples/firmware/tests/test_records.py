"""One script of operations leaves the same bytes everywhere."""

import pytest

from machine import run


@pytest.fixture(scope="module")
def on_the_host(tmp_path_factory):
    return run("host", "records", tmp_path_factory.mktemp("host"))


def test_records_are_the_same_bytes_as_on_the_host(on_the_host, start):
    records = dict(line.split(": ") for line in on_the_host)
    assert len(on_the_host) > 20 and len(set(records.values())) == len(records)
    assert all(bytes.fromhex(record) for record in records.values())
    assert start("records").finish() == on_the_host
