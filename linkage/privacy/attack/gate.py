"""Whether a source may leave, by what the attacks named."""

from linkage.config.privacy_settings import Privacy, Profile
from linkage.errors import Fault, GateError
from linkage.privacy.attack.risk import Risk

LIMITS: dict[Profile, float] = {"keys": 0.10, "standard": 0.10, "high": 0.01}
"""The largest share of records that may be named where the configuration does not say."""


def limit_of(privacy: Privacy) -> float:
    """Return the largest share of records that may be named."""
    return LIMITS[privacy.profile] if privacy.max_risk is None else privacy.max_risk


def require(risk: Risk, privacy: Privacy) -> None:
    """Refuse a source of which too much was named.

    Raises
    ------
    GateError
        R520.
    """
    limit = limit_of(privacy)
    if risk.judged <= limit:
        return
    message = f"an attack names {risk.judged:.1%} of the records, {limit:.1%} at most may be"
    if (worst := risk.worst) is not None and worst.share >= risk.any_name:
        message += f"; {worst.field} falls to {worst.attack}"
    fix = "encode with profile high, or fewer fields; `link attack` says which field and for whom"
    raise GateError(Fault("R520", message, fix, path="privacy.max_risk"))
