"""One run at a time: the second says who holds the lock, and a dead holder holds nothing."""

import signal


def test_a_second_run_is_told_which_run_holds_the_lock(small):
    first = small("wait:in square", wait=False)
    assert first.stdout.readline().startswith("did ingest")
    assert first.stdout.readline().startswith("waiting")
    second = small()
    first.kill()
    first.communicate(timeout=60)
    assert second.returncode == 75
    assert "R410" in second.stderr
    assert f"process {first.pid}, since 2" in second.stderr
    assert "run 2" in second.stderr


def test_a_killed_holder_frees_the_lock(small):
    assert small("kill:in square").returncode == -signal.SIGKILL
    assert (small.home / ".lock").read_text()
    assert small().returncode == 0
    assert (small.home / ".lock").read_text() == ""


def test_a_stopped_holder_still_holds(small):
    first = small("wait:in ingest", wait=False)
    assert first.stdout.readline().startswith("waiting")
    first.send_signal(signal.SIGSTOP)
    second = small()
    first.kill()
    first.communicate(timeout=60)
    assert second.returncode == 75
