"""How likely a mistake is in each record: its rate, the factors of groups, and carelessness."""

import numpy as np

from synthetic_data.arrays import Flags, Floats
from synthetic_data.sources.groups import Groups
from synthetic_data.sources.tally import Chances, at_most_one
from synthetic_data.spec.schema import Careless, Errors

WITHOUT_CARE = frozenset(("old_address", "former_surname", "duplicates", "merged", "unlinkable"))
"""What is not written down wrong but not known, or about records as wholes: it is as likely in
careless records as in others."""


class Odds:
    """The chances of mistakes in the records of a source.

    Mistakes come together: in careless records each is ``times`` as likely as in the others, and as
    likely as stated on the whole.
    """

    def __init__(
        self, source: str, errors: Errors, groups: Groups, careless: Flags, drift: Floats | None
    ) -> None:
        """Prepare the chances.

        Parameters
        ----------
        source
            What it is called in messages.
        careless, drift
            One entry a record: is it careless, and what every chance is multiplied by (None is 1).
        """
        self._source, self._errors, self._groups, self._drift = source, errors, groups, drift
        self._careless = careless
        self._factors: dict[str, Floats] = {}
        self._careful: dict[str, Floats] = {}

    def of(self, kind: str, rate: float, what: str) -> Chances:
        """Return the chance of a kind of mistake in each record.

        Raises
        ------
        ValueError
            When ``rate`` times the factors is over 1 for any record; ``what`` says of what.
        """
        key = kind if kind in self._errors.by else ""
        if key not in self._factors:
            self._factors[key] = self._times(key)
        times, careless = self._factors[key], self._errors.careless
        at_most_one(f"{what} in {self._source}", rate, times, self._groups)
        if kind in WITHOUT_CARE:
            return Chances(rate, times)
        more, less = _weights(careless)
        if rate * float(times.max(initial=0.0)) * more > 1:
            return Chances(rate, self._within_one(rate, times))
        if key not in self._careful:
            self._careful[key] = times * np.where(self._careless, more, less)
        return Chances(rate, self._careful[key])

    def _times(self, key: str) -> Floats:
        times = self._groups.times(self._errors.of(key))
        return times if self._drift is None else times * self._drift

    def _within_one(self, rate: float, times: Floats) -> Floats:
        """Return ``times`` with care, where a careless record could not be so much more likely.

        It is certain there then, and the others are so much more likely that the rate stays.
        """
        more, _ = _weights(self._errors.careless)
        share = self._errors.careless.share
        sure = np.minimum(rate * times * more, 1.0)
        others = (rate * times - share * sure) / (1 - share) if share < 1 else sure
        return np.where(self._careless, sure, others) / rate


def _weights(careless: Careless) -> tuple[float, float]:
    """Return how many times as likely as stated a mistake is in a careless record, and in others.

    The mean over all records is 1.
    """
    mean = 1 + careless.share * (careless.times - 1)
    return careless.times / mean, 1 / mean
