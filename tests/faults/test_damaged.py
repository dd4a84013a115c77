"""A bit that flips in an intermediate is found on resume, and what depends on it is redone."""


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_is_found_and_the_stage_redone(small, content):
    assert small("kill:in report").returncode < 0
    whole = (small.home / ".building" / "restricted" / "squares.parquet").read_bytes()
    for at in (len(whole) // 3, len(whole) // 2):
        assert small("kill:in report").returncode < 0
        flip(small.home / ".building" / "restricted" / "squares.parquet", at)
    said = small().stdout.splitlines()
    assert said[:4] == ["skipped ingest", "did square", "skipped total", "did report"]
    assert (small.home / "latest" / "restricted" / "squares.parquet").read_bytes() == whole


def test_a_lost_intermediate_is_made_again(small):
    assert small("kill:in report").returncode < 0
    (small.home / ".building" / "restricted" / "square_summary.json").unlink()
    assert "did square" in small().stdout


def test_a_changed_source_is_read_again(small):
    assert small("kill:in report").returncode < 0
    (small.folder / "numbers.csv").write_text("n\n5\n")
    resumed = small()
    assert resumed.stdout.startswith("did ingest\ndid square\ndid total\ndid report\n")
    report = small.home / "latest" / "for_release" / "report.html"
    assert report.read_text() == "<p>25</p>"


def test_a_source_that_changes_while_it_is_read_is_refused(small):
    started = small("wait:in ingest", wait=False)
    assert started.stdout.readline().startswith("waiting")
    (small.folder / "numbers.csv").write_text("n\n5\n6\n")
    (small.folder / "go").touch()
    _, error = started.communicate(timeout=120)
    assert started.returncode == 3
    assert "D390" in error
