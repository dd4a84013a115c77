"""Deliveries linked one after the other, against all records linked anew by the same model."""

import random

import pytest

from linkage.batches import changing


def waves(people, names, n_waves=6, base=150, size=30):
    """Yield the records of each source in a base and several waves: persons overlap by half."""
    draw = random.Random(8)
    every = {name: people(name, 35 * at, 35 * at + 330) for at, name in enumerate(names)}
    for records in every.values():
        draw.shuffle(records)
    yield {name: records[:base] for name, records in every.items()}
    for wave in range(n_waves):
        first = base + wave * size
        yield {name: records[first : first + size] for name, records in every.items()}


def moved(before, after):
    """Return the old and the new entity of every record whose entity changed."""
    return {(before[key], after[key]) for key in before.keys() & after.keys() if
            before[key] != after[key]}  # fmt: skip


def told(events):
    """Return the changes of entities that events account for, old and new."""
    merged = {(e["entity"], e["other"]) for e in events if e["event"] == "merged into"}
    return merged | {(e["other"], e["entity"]) for e in events if e["event"] == "split from"}


KINDS = {
    "one to one": ({}, ("a", "b"), ("a", "b")),
    "many to one": ({}, ("a", "b"), ("b",)),
    "clusters": ({}, ("a", "b"), ()),
    "three sources": ({}, ("a", "b", "c"), ("a", "b", "c")),
    "duplicates too": ({"type": "link_and_deduplicate"}, ("a", "b"), ()),
    "a match-key": ({"deterministic": [["first_name", "surname", "date_of_birth"]]}, ("a", "b"),
                    ("a", "b")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_six_waves_give_the_links_of_a_full_re_link(kind, series, people, tmp_path, monkeypatch):
    monkeypatch.setattr(changing, "_MOST", 2)  # so that values of all rows are told again as well
    linkage, names, once = KINDS[kind]
    made = series(names, once, linkage)
    before, shared, either = {}, 0, 0
    for number, wave in enumerate(waves(people, names), 1):
        for name, records in wave.items():
            made.deliver(name, number, "new", records)
        made.link()
        again = made.rebuilt(tmp_path / f"{number}")
        own = {record["id"] for records in wave.values() for record in records}
        mine, theirs = ({pair for pair in each.links if own & set(pair)} for each in (made, again))
        shared += len(mine & theirs)
        either += len(mine | theirs)
        assert made.links == again.links
        assert len(made.entities) == sum(len(w) for w in wave.values()) + len(before)
        assert moved(before, made.entities) <= told(made.events)
        assert again.events == []
        before = made.entities
    assert len(made.links) > 150
    assert shared / either >= 0.99


def test_what_links_join_is_one_entity_and_nothing_else_is(series, people):
    made = series()
    for number, wave in enumerate(waves(people, ("a", "b"), n_waves=2), 1):
        for name, records in wave.items():
            made.deliver(name, number, "new", records)
        made.link()
    entity = made.entities
    assert all(entity["a", one] == entity["b", other] for one, other in made.links)
    assert len(set(entity.values())) == len(entity) - len(made.links)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_and_division_of_deliveries_do_not_matter(seed, series, people):
    draw = random.Random(seed)
    base, *rest = waves(people, ("a", "b"))
    made = series()
    for name, records in base.items():
        made.deliver(name, 1, "new", records)
    made.link()
    coming = [
        (name, number, records)
        for number, wave in enumerate(rest, 2)
        for name, records in wave.items()
    ]
    changed = [{**record, "first": "Zuzu"} for record in rest[0]["a"][:10]]
    coming.append(("a", 20, changed))
    draw.shuffle(coming)
    while coming:
        for name, number, records in coming[: draw.randrange(1, 6)]:
            kind = "corrected" if number == 20 else "new"
            made.deliver(name, number, kind, draw.sample(records, len(records)))
            coming.pop(0)
        made.link()
    found = made.links
    assert found == expected_links(series, people, made)


def expected_links(series, people, made):
    """The links of the same records delivered at once after the same base."""
    made.home.rename(made.home.with_name("first"))
    for folder in sorted(made.folder.glob("*/*")):
        if folder.name != "0001":
            folder.rename(made.home.with_name(f"{folder.parent.name}-{folder.name}"))
    made.link()
    for folder in sorted(made.home.parent.glob("?-*")):
        source, number = folder.name.split("-")
        folder.rename(made.folder / source / number)
    made.link()
    return made.links
