"""What a model says of levels, apart from any pair: by it pairs of known levels are scored."""

import numpy as np

from linkage.model.method import Method
from linkage.model.parameters import Parameters

SCORING = "scoring"
"""The JSON file in ``restricted/`` that holds it."""


def level_weights(
    method: Method, parameters: Parameters, prior: float, threshold: float
) -> dict[str, object]:
    """Return the weight of each level of each comparison, 0 first and missing last.

    Parameters
    ----------
    prior, threshold
        The probability that any pair matches, and that from which on a candidate becomes a link.
    """
    return {
        "log2_prior_odds": float(np.log2(prior / (1 - prior))),
        "threshold": threshold,
        "levels": {
            comparison.gamma: parameters.log2_ratio(k).tolist()
            for k, comparison in enumerate(method.comparisons)
        },
    }
