"""A run that takes longer than it may stops, keeps what is done, and goes on when run again."""


def test_a_run_that_takes_too_long_ends_with_74_and_goes_on(small, content, left_over):
    late = small("late:in total")
    assert late.returncode == 74
    assert "R604" in late.stderr
    assert late.stdout.splitlines() == ["did ingest", "did square", "waiting", "failed total"]
    assert not (small.home / "latest").exists()
    assert '"event":"run_stopped"' in (small.home / ".building/restricted/log.jsonl").read_text()
    again = small()
    assert again.returncode == 0
    assert again.stdout.splitlines()[:2] == ["skipped ingest", "skipped square"]
    assert left_over(small.home) == []
