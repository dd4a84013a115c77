"""A time limit ends what is going on, in Python and in a query, and ends with the block."""

import signal
import time

import duckdb
import pytest

from linkage.errors import Exit
from linkage.runs.database import querying
from linkage.runs.signals import StoppedError, stopping


def test_the_limit_ends_a_loop_with_its_own_exit_code():
    with pytest.raises(StoppedError) as stopped, stopping(0.1):
        time.sleep(30)
    assert stopped.value.exit_code == Exit.STORAGE
    assert stopped.value.faults[0].code == "R604"


def query_for_long(connection, scratch):
    with stopping(0.2) as stop, querying(scratch):
        stop.wake(connection.interrupt)
        connection.execute("SELECT sum(a.range ^ b.range) FROM range(1000000) a, range(100000) b")


def test_the_limit_ends_a_query(tmp_path):
    began = time.monotonic()
    with duckdb.connect(config={"threads": 1}) as connection, pytest.raises(StoppedError):
        query_for_long(connection, tmp_path)
    assert time.monotonic() - began < 20


def test_no_limit_is_left_behind():
    with stopping(30):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    with stopping():
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_ctrl_c_is_told_apart():
    with pytest.raises(StoppedError) as stopped, stopping(30):
        signal.raise_signal(signal.SIGINT)
    assert stopped.value.exit_code == Exit.INTERRUPTED
    assert stopped.value.faults[0].code == "R411"
