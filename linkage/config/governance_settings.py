"""What a configuration says of approvals, of who may do what, and of the key that signs runs."""

from typing import Literal

from pydantic import Field

from linkage.config.kinds import Day, Filled, Place, Section, TextList, Whole


class Approval(Section):
    """Who approved what, for whom, of which sources, and until when."""

    what: Literal["linkage", "threshold_by_group"] = Field(
        description="What was approved: to link sources, or to treat groups differently."
    )
    by: Filled = Field(description="The name of the person who approved it.")
    role: Filled = Field(description="In what role: who may approve this is for you to settle.")
    on: Day = Field(description="The day on which it was approved, the first on which it holds.")
    until: Day | None = Field(
        None, description="The last day on which it holds, by UTC. Needed for a linkage."
    )
    reason: Filled = Field(description="Why it was approved; printed in the report.")
    holder: Filled | None = Field(
        None, description="To whom it was given: a team or a person. Needed for a linkage."
    )
    sources: TextList = Field(
        (), description="The sources that may be linked by it. Needed for a linkage."
    )


class Roles(Section):
    """Who does what, as users of the operating system: names, or numbers where there is no name."""

    see_identifiers: TextList = Field(
        min_length=1,
        description="Who may see identifiers: only these run the linkage and look at its records.",
    )
    set_threshold: TextList = Field(
        (),
        description="Who settles the threshold. The configuration must be the file of one of them, "
        "and nobody else may be able to write to it.",
    )
    release: TextList = Field(
        (),
        description="Who releases: only these approve a release. None of them may see identifiers "
        "or settle the threshold.",
    )


class Governance(Section):
    """What needs a person's approval before it is done, and who does what."""

    approvals: tuple[Approval, ...] = Field(
        (), description="The approvals. Without a valid one of the linkage, a governed run stops."
    )
    roles: Roles | None = Field(None, description="Who does what, where duties are separated.")
    retention_days: Whole | None = Field(
        None, ge=1, description="The days after which nothing of records may be left of a run."
    )
    signing_key: Place | None = Field(
        None,
        description="The private key, of ssh-keygen and without a passphrase, that signs the "
        "manifest of every run. A relative path starts as source paths do.",
    )
    allowed_signers: Place | None = Field(
        None,
        description="Whose signatures count: a file as ssh-keygen reads it, a line  NAME KEY  for "
        "each. A relative path starts as source paths do.",
    )
