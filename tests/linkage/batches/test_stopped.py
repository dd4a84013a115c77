"""A batch that is killed goes on where it was, and ends as one that was not."""

import pytest

from benchmarks.faults.content import content
from linkage.batches import linking, stages
from linkage.errors import LinkageError


@pytest.mark.parametrize("stage", ["_carry", "_block", "_score", "_decide", "_write"])
@pytest.mark.parametrize("after", [False, True])
def test_a_batch_stopped_at_any_stage_ends_like_an_undisturbed_one(
    stage, after, series, people, tmp_path, monkeypatch
):
    made = series()
    made.deliver("a", 1, "new", people("a", 0, 150))
    made.deliver("b", 1, "new", people("b", 20, 170))
    made.link()
    base = made.latest
    made.deliver("a", 2, "new", people("a", 150, 190))
    made.deliver("b", 2, "withdrawn", [{"id": record["id"]} for record in people("b", 20, 30)])
    works = getattr(stages, stage)

    def stop(batch, workspace, config):
        if after:
            works(batch, workspace, config)
        raise RuntimeError("Smith")

    monkeypatch.setattr(stages, stage, stop)
    with pytest.raises(LinkageError):
        made.link()
    assert made.latest == base
    monkeypatch.undo()
    made.link()
    found = content(made.latest)
    made.home.rename(tmp_path / "first")
    other = series_again(made, monkeypatch)
    assert found == content(other.latest)


def series_again(made, monkeypatch):
    """The same batches undisturbed."""
    held = {source: made.folder / source / "0002" for source in "ab"}
    for source, folder in held.items():
        folder.rename(made.home.parent / f"{source}-2")
    made.link()
    for source, folder in held.items():
        (made.home.parent / f"{source}-2").rename(folder)
    made.link()
    assert linking.spine_of(made.home).batch == 2
    return made
