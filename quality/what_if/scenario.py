"""What is to be decided otherwise, read from what the user wrote."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linkage.config.linkage_settings import Decide
from linkage.errors import ConfigError, Fault

_ASSIGNMENTS = ("one_to_one", "many_to_one")


@dataclass(frozen=True)
class Scenario:
    """One decision to try; what is None stays as in the run.

    ``threshold``, ``objective`` and ``assignment`` are those of ``linkage.decide``. ``rules`` are
    the numbers, from 1, of the rules that are kept. ``m_by`` is the characteristic by whose groups
    the model takes m to differ, ``equal_recall`` that whose groups have thresholds of their own,
    set so that the model expects the same recall in each.
    """

    name: str = "as it is"
    threshold: float | None = None
    objective: str | None = None
    assignment: str | None = None
    rules: tuple[int, ...] | None = None
    m_by: str | None = None
    equal_recall: str | None = None

    @property
    def mask(self) -> int | None:
        """The kept rules as the bits of one number; None for all."""
        return None if self.rules is None else sum(1 << (rule - 1) for rule in self.rules)

    def decide(self, said: Decide) -> Decide:
        """Return how candidates become links: as the run has it, but for what is tried."""
        if self.threshold is not None:
            return said.model_copy(update={"threshold": self.threshold})
        if self.objective is not None:
            return said.model_copy(update={"threshold": "auto", "objective": self.objective})
        return said


AS_IT_IS = Scenario()


def read_scenario(text: str) -> Scenario:
    """Return the scenario that ``text`` says: settings with a space between.

    ``threshold=0.8``, ``precision=0.99`` and ``recall=0.95`` (what the model has to expect) and
    ``equal_recall=ethnicity`` say where to cut, one of them at most; ``assignment=many_to_one``,
    ``rules=1,3`` and ``m_by=ethnicity`` may stand beside it.

    Raises
    ------
    ConfigError
        R451 when it says something else.

    Examples
    --------
    >>> read_scenario("threshold=0.8 rules=1,3").rules
    (1, 3)
    """
    said: dict[str, Any] = {}
    for part in text.split():
        key, _, value = part.partition("=")
        try:
            said |= _READERS[key](value)
        except (KeyError, ValueError):
            raise _not_understood(f"{part[:60]} is nothing that can be tried") from None
    if len(said.keys() & _CUTS) > 1:
        raise _not_understood("only one place to cut can be tried at a time")
    if not said:
        raise _not_understood("nothing is to be tried")
    return Scenario(name=" ".join(text.split()), **said)


_CUTS = {"threshold", "objective", "equal_recall"}


def _share(value: str) -> float:
    share = float(value)
    if not 0 < share < 1:
        raise ValueError("not between 0 and 1")
    return share


def _rules(value: str) -> tuple[int, ...]:
    numbers = tuple(sorted({int(each) for each in value.split(",")}))
    if numbers[0] < 1:
        raise ValueError("rules are numbered from 1")
    return numbers


def _assignment(value: str) -> str:
    if value not in _ASSIGNMENTS:
        raise ValueError("no such assignment")
    return value


def _characteristic(value: str) -> str:
    if not value:
        raise ValueError("no characteristic")
    return value


_READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "threshold": lambda value: {"threshold": _share(value)},
    "precision": lambda value: {"objective": f"precision>={_share(value):g}"},
    "recall": lambda value: {"objective": f"recall>={_share(value):g}"},
    "equal_recall": lambda value: {"equal_recall": _characteristic(value)},
    "assignment": lambda value: {"assignment": _assignment(value)},
    "rules": lambda value: {"rules": _rules(value)},
    "m_by": lambda value: {"m_by": _characteristic(value)},
}


def _not_understood(message: str) -> ConfigError:
    return ConfigError(
        Fault(
            "R451",
            message,
            "write it as in  --try threshold=0.8  --try precision=0.99  --try recall=0.95  "
            "--try equal_recall=ethnicity  --try assignment=many_to_one  --try rules=1,3  "
            "--try m_by=ethnicity , or several in quotes:  --try 'rules=1,3 threshold=0.8'",
            path="--try",
        )
    )
