"""What the intervals are tried on: each stress in a world of its own, and the reviews of each."""

from dataclasses import dataclass, replace

from benchmarks.coverage.worlds import THREE_GROUPS, Group, World

POPULATIONS, REVIEWS = 100, 10
"""Populations of a scenario, and reviews drawn anew on each."""


@dataclass(frozen=True)
class Reviewer:
    """How a reviewer errs, by unit type: (sensitivity, specificity).

    Sensitivity is the chance that a right link is called right, or a partner to be found is found;
    specificity that a wrong link is called wrong, or that no partner is claimed where none is
    shown.
    """

    sensitivity: float = 1.0
    specificity: float = 1.0

    @property
    def errs(self) -> bool:
        """Whether the reviewer ever does."""
        return min(self.sensitivity, self.specificity) < 1


@dataclass(frozen=True)
class Plan:
    """A review's budget, of all labels or a group, and its reviewer."""

    name: str
    labels: int
    by_group: bool = False
    reviewer: Reviewer = Reviewer()

    def budget(self, n_groups: int) -> int:
        """Return the labels of the whole review."""
        return self.labels * (n_groups if self.by_group else 1)


@dataclass(frozen=True)
class Scenario:
    """A world and the reviews that are drawn in it; ``says`` is its line in the table."""

    world: World
    says: str
    plans: tuple[Plan, ...]

    @property
    def name(self) -> str:
        """The world's name."""
        return self.world.name


LABELS_100, LABELS_300, LABELS_1000 = (Plan(f"{n:,} labels", n) for n in (100, 300, 1_000))
A_GROUP = Plan("300 labels a group", 300, by_group=True)
ERRING = Plan("300 labels a group, reviewer errs", 300, True, Reviewer(0.95, 0.98))
USUAL = (LABELS_300, A_GROUP)
EVERY = (LABELS_100, LABELS_300, LABELS_1000, A_GROUP)

_CROWDED = (0.10, 0.20, 0.20, 0.20, 0.15, 0.15)
_SMALL = replace(THREE_GROUPS[2], missing=(0.01, 0.01, 0.02, 0.04))


def _named(pools: float, covered: float = 1.0, missing: float = 1.0) -> tuple[Group, ...]:
    """Return the three groups with larger or smaller name pools, coverage, missing values."""
    return tuple(
        replace(
            group,
            first_names=round(group.first_names * pools),
            surnames=round(group.surnames * pools),
            covered=group.covered * covered,
            missing=tuple(share * missing for share in group.missing),
        )
        for group in THREE_GROUPS
    )


def _many_groups(n: int) -> tuple[Group, ...]:
    """Return so many groups, each an eighth smaller than the one before."""
    return tuple(
        replace(THREE_GROUPS[k % 3], share=0.88**k, first_names=30, surnames=80) for k in range(n)
    )


SCENARIOS = (
    Scenario(
        World("dependent errors"),
        "the world of the simulation study",
        (*EVERY, ERRING),
    ),
    Scenario(
        World("independent errors", independent=True, households=(1.0,)),
        "control: errors independent across fields, everyone lives alone",
        USUAL,
    ),
    Scenario(
        World("large households, twins", households=_CROWDED, twins=0.1),
        "up to six a household, a tenth of its members born on one day",
        USUAL,
    ),
    Scenario(
        World(
            "precision .95",
            _named(0.2, covered=0.85),
            households=_CROWDED,
            twins=0.1,
            birth_years=15,
            postcodes=60,
        ),
        "a fifth of the names, few birth years and postcodes",
        USUAL,
    ),
    Scenario(
        World("precision .98", _named(0.25), birth_years=14, postcodes=60),
        "a quarter of the names, few birth years and postcodes",
        USUAL,
    ),
    Scenario(
        World("precision .99", _named(0.4), birth_years=25, postcodes=120),
        "two fifths of the names",
        USUAL,
    ),
    Scenario(
        World(
            "precision .999",
            _named(3, missing=0.4),
            birth_years=60,
            birth_days=366,
            postcodes=2_000,
        ),
        "three times the names, full dates of birth",
        (*EVERY, ERRING),
    ),
    Scenario(
        World(
            "precision 1",
            _named(20, covered=1.05, missing=0.2),
            households=(1.0,),
            birth_years=100,
            birth_days=366,
            postcodes=4_000,
        ),
        "twenty times the names, full dates of birth, everyone lives alone",
        USUAL,
    ),
    Scenario(
        World(
            "recall .9", good=(0.18, 0.18, 0.12, 0.50), bad=(0.60, 0.60, 0.50, 0.80), birth_days=24
        ),
        "many errors",
        USUAL,
    ),
    Scenario(
        World(
            "recall .95", good=(0.08, 0.08, 0.05, 0.25), bad=(0.50, 0.50, 0.40, 0.70), birth_days=24
        ),
        "more errors than in the study",
        USUAL,
    ),
    Scenario(
        World("recall .99", good=(0.01, 0.01, 0.005, 0.05), bad=(0.15, 0.15, 0.08, 0.30)),
        "few errors",
        USUAL,
    ),
    Scenario(
        World("24 groups", _many_groups(24), people=12_000),
        "from 400 people to 30 in the smallest",
        USUAL,
    ),
    Scenario(
        World(
            "small groups",
            THREE_GROUPS + tuple(replace(_SMALL, share=share) for share in (0.022, 0.016, 0.012)),
        ),
        "three more groups of 30 to 60 records",
        USUAL,
    ),
    Scenario(
        World("large", people=20_000, birth_days=40, postcodes=1_400),
        "20,000 people: a review sees a small share",
        USUAL,
    ),
    Scenario(
        World("twice in the other file", twice_opposite=0.1),
        "a tenth of the people are there twice, which nobody declared",
        USUAL,
    ),
    Scenario(
        World("twice in the focal file", twice_focal=0.2, declared_twice=True),
        "a fifth of the people are there twice: many to one",
        USUAL,
    ),
)
