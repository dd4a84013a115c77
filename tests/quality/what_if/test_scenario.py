import pytest

from linkage.config.linkage_settings import Decide
from linkage.errors import ConfigError
from quality.what_if.scenario import AS_IT_IS, read_scenario


def test_a_scenario_is_read_from_its_settings():
    read = read_scenario("rules=3,1  precision=0.99 m_by=ethnicity")
    assert (read.rules, read.mask, read.m_by) == ((1, 3), 0b101, "ethnicity")
    assert read.name == "rules=3,1 precision=0.99 m_by=ethnicity"
    decide = read.decide(Decide(threshold=0.7))
    assert (decide.threshold, decide.objective) == ("auto", "precision>=0.99")
    assert read_scenario("threshold=0.8").decide(Decide()).threshold == 0.8
    assert read_scenario("assignment=many_to_one").assignment == "many_to_one"
    said = Decide(threshold=0.7)
    assert AS_IT_IS.decide(said) == said
    assert AS_IT_IS.mask is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "threshold",
        "threshold=1",
        "threshold=high",
        "recall=0",
        "rules=0",
        "rules=",
        "assignment=clusters",
        "m_by=",
        "objective=f1",
        "threshold=0.8 precision=0.99",
        "equal_recall=sex recall=0.9",
    ],
)
def test_what_cannot_be_tried_is_refused(text):
    with pytest.raises(ConfigError) as caught:
        read_scenario(text)
    assert caught.value.faults[0].code == "R451"
