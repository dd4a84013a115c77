import pytest

from linkage.model.source_pairs import source_pairs

SIZES = {"census": 10, "register": 4, "survey": 3}


def named(kind, sizes=SIZES, once=()):
    pairs = source_pairs(sizes, {name: name in once for name in sizes}, kind)
    return {pair.name: pair for pair in pairs}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("link", ["census x register", "census x survey", "register x survey"]),
        ("deduplicate", ["census x census", "register x register", "survey x survey"]),
    ],
)
def test_what_is_compared_with_what(kind, names):
    assert list(named(kind)) == names


def test_linking_and_deduplicating_compares_everything():
    assert list(named("link_and_deduplicate")) == [*named("link"), *named("deduplicate")]


def test_records_are_numbered_through():
    pair = named("link")["register x survey"]
    assert [(s.first, s.n) for s in (pair.left, pair.right)] == [(10, 4), (14, 3)]


def test_how_many_pairs_there_are():
    assert named("link")["census x survey"].n_pairs == 30
    assert named("deduplicate")["census x census"].n_pairs == 45


@pytest.mark.parametrize(
    ("once", "focal"),
    [((), "census"), (("register",), "census"), (("census",), "register")],
)
def test_the_side_whose_opposite_holds_people_once_is_focal(once, focal):
    assert named("link", once=once)["census x register"].focal_source.name == focal


def test_where_both_hold_people_once_the_smaller_is_focal():
    assert named("link", once=SIZES)["census x register"].focal_source.name == "register"
    turned = named("link", {"register": 4, "census": 10}, SIZES)["register x census"]
    assert turned.focal_source.name == "register"


def test_within_a_source_nothing_is_unique():
    pair = named("deduplicate", once=SIZES)["census x census"]
    assert pair.within
    assert (pair.unique_l, pair.unique_r) == (False, False)
