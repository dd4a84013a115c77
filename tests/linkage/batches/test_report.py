"""A batch with a report: the tables of a whole run, the same links, and a release that is held."""

import json

import pytest

from cli.stages import kept
from linkage.batches.linking import delete, link_batch
from quality.stages import STAGES


@pytest.mark.parametrize("once", [("a", "b"), ()])
def test_the_tables_of_a_batch_say_what_its_spine_does(once, series, people):
    made = series(once=once)
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    made.link()
    made.deliver("a", 2, "new", people("a", 200, 240))
    made.deliver("a", 3, "withdrawn", [{"id": r["id"]} for r in people("a", 50, 55)])
    made.link()
    links, entities = made.links, made.entities
    made.deliver("b", 2, "new", people("b", 240, 245))
    said = made.config.batch.model_copy(update={"report": True})
    config = made.config.model_copy(update={"batch": said})
    folder = link_batch(config, "", STAGES, (*kept(),), made.observer)
    assert (folder / "for_release" / "report.html").is_file()
    assert len(made.rows("records_a")) == 235
    assert {row["record_id"] for row in made.rows("record_keys")} == {i for _, i in made.entities}
    assert entities.items() <= made.entities.items()
    assert len(links - made.links) <= 1
    n_spine = json.loads((folder / "restricted" / "training.json").read_text())["decision"]
    assert n_spine["n_links"] == len(made.links)
    assert all(made.entities["a", one] == made.entities["b", other] for one, other in made.links
               if ("a", one) in made.entities and ("b", other) in made.entities)  # fmt: skip


def test_a_release_is_held_until_enough_people_have_changed(series, people, tmp_path):
    made = series()
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    made.link()
    ids = tmp_path / "ids.csv"
    ids.write_text(f"source,record_id\na,{people('a', 0, 1)[0]['id']}\n")
    delete(made.config, "", ids, made.observer, lambda run, ids: None)
    held = []
    for number, first in enumerate((200, 204, 209), 2):
        made.deliver("a", number, "new", people("a", first, first + 4))
        said = made.config.batch.model_copy(update={"report": True})
        config = made.config.model_copy(update={"batch": said})
        folder = link_batch(config, "", STAGES, kept(), made.observer)
        manifest = json.loads((folder / "for_release" / "release-manifest.json").read_text())
        held.append(manifest.get("held", False))
    assert held == [True, True, False]  # 1 deleted, then 4, 8 and 12 more: 10 are asked
