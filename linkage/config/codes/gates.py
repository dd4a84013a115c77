"""G5xx: a run is finished and falls short of what its quality gates ask."""

from linkage.config.codes import Entry

GATES: dict[str, Entry] = {
    "G501": Entry(
        "a quality gate failed",
        "The run is finished and its report is written, and a figure falls short of a limit under "
        "`quality.gates`. The figure stands in the report and in `restricted/gates.json`.",
        "Read the report: it says where matches are lost and which links are wrong. Then change "
        "the linkage, or have a person decide that the links serve all the same.",
    ),
    "G502": Entry(
        "a quality gate has nothing to judge",
        "`quality.gates` asks for a limit on precision or recall, and neither a review nor a truth "
        "file measured it. What a model says of itself is never held against a gate.",
        "Review a sample (`link review plan`), or write `unmeasured: allow` under `quality.gates`.",
    ),
}
