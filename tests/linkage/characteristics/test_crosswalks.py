import pytest

from linkage.characteristics.crosswalks import crosswalk, crosswalk_names, read
from linkage.characteristics.standards import standard

EW = "ethnicity.census_2021_19"
LEGACY = "ethnicity.legacy_16_plus_1"
NI = "ethnicity.northern_ireland_2021"
SCOTLAND = "ethnicity.scotland_2022"


@pytest.mark.parametrize("names", crosswalk_names(), ids=" to ".join)
def test_every_group_becomes_groups_that_exist(names):
    here, there = (standard(name) for name in names)
    found = crosswalk(*names)
    assert set(found.becomes) == set(here.groups)
    assert {each for becomes in found.becomes.values() for each in becomes} <= set(there.groups)
    assert all(sum(shares.values()) == pytest.approx(1) for shares in found.becomes.values())


@pytest.mark.parametrize("names", crosswalk_names(), ids=" to ".join)
def test_what_is_joined_or_cannot_be_told_is_said_to_be_lost(names):
    found = crosswalk(*names)
    assert set(found.open) <= set(found.lost)
    # of several that become one, one may be that group itself: White Irish is not lost with others
    for group, several in found.joined.items():
        assert len(set(several) & set(found.lost)) >= len(several) - 1, group


def test_the_nations_have_their_crosswalks():
    assert {(EW, SCOTLAND), (EW, NI), (EW, LEGACY)} <= set(crosswalk_names())
    assert crosswalk(EW, LEGACY).becomes["White: Roma"] == {"Any other White background": 1}
    british = "White: English, Welsh, Scottish, Northern Irish or British"
    assert british in crosswalk(EW, SCOTLAND).open
    assert len(crosswalk(EW, NI).joined["White"]) == 3


def test_groups_that_the_other_list_has_not_become_no_group_of_their_own():
    assert "White: Gypsy or Irish Traveller" in crosswalk(EW, LEGACY).lost
    assert "Other ethnic group: Arab" in crosswalk(EW, LEGACY).lost


def test_an_unknown_crosswalk_is_a_key_error():
    with pytest.raises(KeyError):
        crosswalk(SCOTLAND, EW)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({"1": {"becomes": "1"}}, "nothing is said of Male"),
        ({"1": {"becomes": "1"}, "2": {"becomes": "3"}}, "sex has no group 3"),
        ({"1": {"becomes": "1"}, "2": {"becomes": {"1": 0.5, "2": 0.6}}}, "do not add up to 1"),
    ],
)
def test_a_crosswalk_with_gaps_is_refused(groups, said):
    with pytest.raises(ValueError, match=said):
        read({"from": "sex", "to": "sex", "confidence": "found", "groups": groups})
