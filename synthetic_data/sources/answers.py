"""How a survey was answered: by whom, and in which way."""

import numpy as np

from synthetic_data.arrays import Flags, Texts, Whole, texts
from synthetic_data.sources.draws import Draws
from synthetic_data.sources.tally import Chances, Counting, Stage
from synthetic_data.spec.schema import Sample

ADULT = 16
_BY = texts(["other", "self"])
_MODES = texts(["interview", "online"])


def answered_by(
    sample: Sample, adult: Flags, homes: Whole, inside: Flags, counting: Counting, draws: Draws
) -> Texts:
    """Return for each person of a block who answers for them: ``self``, or an ``other``.

    Somebody else answers for every child, and for a share of the adults who live with another.

    Parameters
    ----------
    adult, homes, inside
        Who is an adult, the household of each, numbered from 0, and who is in the survey.
    """
    adults = np.bincount(homes[adult], minlength=int(homes.max(initial=-1)) + 1)
    could = inside & adult & (adults[homes] > 1)
    chances = Chances(sample.proxy, np.ones(len(homes)))
    proxy = could & chances.happens(draws.of("proxy"))
    counting.add(Stage("answered", "answered_by", "proxy"), chances, proxy, could)
    return _BY[(adult & ~proxy).astype(np.int64)]


def modes(sample: Sample, homes: Whole, inside: Flags, counting: Counting, draws: Draws) -> Texts:
    """Return for each person of a block how their household answers: ``online``, ``interview``."""
    chances = Chances(sample.online, np.ones(len(homes)))
    luck = draws.of("mode").random(int(homes.max(initial=-1)) + 1)[homes]
    online = inside & (luck < chances.each)
    counting.add(Stage("answered", "mode", "online"), chances, online, inside, with_household=True)
    return _MODES[online.astype(np.int64)]
