"""R447, R53x and D415 to D417: records that owners open to a review party."""

from linkage.config.codes import Entry

OPENING: dict[str, Entry] = {
    "R447": Entry(
        "a review without values",
        "The run linked encodings: its review holds record ids, and nothing that could be looked "
        "at. The values lie with the owners, who open them to a review party.",
        "Give the folder that the review party made with `link review join`. See "
        "[review across owners](../how-to/link-encoded.md#review-across-owners).",
    ),
    "R530": Entry(
        "more records asked for than agreed",
        "A request for a review names more records than `--limit` of `link review open` allows. "
        "What a request asks for, decoys among them, `link review sample` prints at the unit.",
        "Let the unit sample a smaller review (`--budget`), or agree on more with everybody.",
    ),
    "R531": Entry(
        "a request for another delivery",
        "The unit linked another delivery, source, project or key than the private folder is of: "
        "its record ids would be of other records, or of none.",
        "Give the private folder of the delivery that the unit linked, and its source.",
    ),
    "R532": Entry(
        "a request for records that were not delivered",
        "A record id of the request is of no record of the delivery. The unit has such ids from "
        "nowhere: the request was made up or changed on the way.",
        "Open nothing. Ask the unit, and sample again.",
    ),
    "R533": Entry(
        "records that the source no longer holds",
        "A record that was delivered, and is asked for, is not in the source any more.",
        "Give the source as it was encoded. To review another state, deliver and link it first.",
    ),
    "D415": Entry(
        "not a request for a review",
        "The file given to `link review open` is none that `link review sample` wrote, or names a "
        "record twice.",
        "Give the file `restricted/requests/SOURCE.parquet` of the unit's run, unchanged.",
    ),
    "D416": Entry(
        "not a folder of opened records",
        "A folder given to `link review join` is none that `link review open` wrote, or a file of "
        "it was cut off or changed on the way.",
        "Copy the whole folder again from its owner.",
    ),
    "D417": Entry(
        "opened records that do not fit the review",
        "The records were opened for another review or for different parties, a source is missing "
        "or given twice, or records that the review shows are not among them; or the first folder "
        "is not the review folder of a run on encodings.",
        "Give the review folder of the unit, then what each owner opened for its request, once.",
    ),
}
