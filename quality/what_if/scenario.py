"""What is to be decided otherwise: the product of everything that is to be tried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from linkage.config.linkage_settings import Decide
from linkage.errors import ConfigError, Fault

@dataclass(frozen=True)
class Scenario:
    """One decision to try; what is None stays as in the run.

    ``threshold``, ``objective`` and ``assignment`` are those of ``linkage.decide``. ``rules`` are the places of the
    rules that are kept. ``m_by`` is the characteristic by whose groups the model takes m to differ,
    ``equal_recall`` that whose groups have thresholds of their own, set so that the model expects
    the same recall in each.
    """

    threshold: float | None = None
    objective: str | None = None
    assignment: str | None = None
    rules: tuple[int, ...] | None = None
    m_by: str | None = None
    equal_recall: str | None = None

    @property
    def name(self) -> str:
        """What it is called at the head of a column."""
        said = {
            "threshold": self.threshold,
            "objective": self.objective,
            "assignment": self.assignment,
            "rules": self.rules and ",".join(str(rule + 1) for rule in self.rules),
            "m by": self.m_by,
            "equal recall by": self.equal_recall,
        }
        words = (_words(name, value) for name, value in said.items() if value is not None)
        return ", ".join(words) or "as it is"

    def decide(self, said: Decide) -> Decide:
        """Return how candidates become links: as the run has it, but for what is tried."""
        if self.threshold is not None:
            return said.model_copy(update={"threshold": self.threshold})
        if self.objective is not None:
            return said.model_copy(update={"threshold": "auto", "objective": self.objective})
        return said


AS_IT_IS = Scenario()


def _words(name: str, value: object) -> str:
    return str(value) if name in {"objective", "assignment"} else f"{name} {value}"


def scenarios(
    thresholds: Sequence[float] = (),
    precisions: Sequence[float] = (),
    recalls: Sequence[float] = (),
    equal_recall: Sequence[str] = (),
    assignments: Sequence[str] = (),
    rules: Sequence[tuple[int, ...]] = (),
    m_by: Sequence[str] = (),
) -> tuple[Scenario, ...]:
    """Return the run as it is, then every combination of what is to be tried.

    ``thresholds``, ``precisions``, ``recalls`` and ``equal_recall`` are all places to cut: one at a
    time. Precisions and recalls are limits that the model must expect to be reached.

    Raises
    ------
    ConfigError
        R451 when a threshold or limit does not lie between 0 and 1.
    """
    _prove_between([*thresholds, *precisions, *recalls])
    cuts = [
        *(Scenario(threshold=value) for value in thresholds),
        *(Scenario(objective=f"precision>={value:g}") for value in precisions),
        *(Scenario(objective=f"recall>={value:g}") for value in recalls),
        *(Scenario(equal_recall=name) for name in equal_recall),
    ]
    made = _combined(cuts, assignments, rules, m_by)
    return (AS_IT_IS, *(each for each in dict.fromkeys(made) if each != AS_IT_IS))


def _combined(
    cuts: Sequence[Scenario],
    assignments: Sequence[str],
    rules: Sequence[tuple[int, ...]],
    m_by: Sequence[str],
) -> Iterator[Scenario]:
    parts = (cuts or [AS_IT_IS], assignments or [None], rules or [None], m_by or [None])
    for cut, assignment, kept, characteristic in product(*parts):
        yield Scenario(
            cut.threshold, cut.objective, assignment, kept, characteristic, cut.equal_recall
        )


def _prove_between(values: Sequence[float]) -> None:
    if any(not 0 < value < 1 for value in values):
        raise ConfigError(
            Fault(
                "R451",
                "a threshold, precision or recall to try lies between 0 and 1",
                "write it as in  --threshold 0.8",
            )
        )
