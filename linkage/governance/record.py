"""What the manifest of a run says of approvals and roles, for the report and for who releases."""

from datetime import date

from linkage.config.schema import Config
from linkage.governance.standing import Standing, standing
from linkage.runs.users import user_ids


def governance_record(config: Config, day: date) -> dict[str, object]:
    """Return what a manifest says of a run begun on ``day``; nothing where nothing is governed.

    Users are given by their numbers: names of staff are no part of a run.
    """
    found, roles = standing(config, day), config.governance.roles
    said: dict[str, object] = {}
    if found.approvals:
        said["approvals"] = _approvals(config, found)
        said["until"] = None if found.until is None else found.until.isoformat()
    if roles is not None:
        said["roles"] = {
            name: user_ids(users) for name, users in roles.model_dump().items() if users
        }
    return {"governance": said} if said else {}


def _approvals(config: Config, found: Standing) -> list[dict[str, object]]:
    given = config.governance.approvals
    return [given[i].model_dump(mode="json", exclude_none=True) for i in found.approvals]
