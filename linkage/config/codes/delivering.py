"""R507 to R519, D41x: what an owner delivers to a linkage unit, and what comes back."""

from linkage.config.codes import Entry

DELIVERING: dict[str, Entry] = {
    "R507": Entry(
        "delivered before, and no --previous",
        "The source was encoded for this project before. Encoded again by itself every record "
        "would have another id, so that nothing linked so far could be found again.",
        "Give the private folder of the last delivery with `--previous`.",
    ),
    "R508": Entry(
        "no private folder of an owner",
        "`--private` or `--previous` names a folder in which the map of record ids, or what is "
        "remembered of the delivery, is missing.",
        "Give the folder that `--private` named when the source was encoded, not the one that was "
        "sent to the linkage unit.",
    ),
    "R509": Entry(
        "the private folder of something else",
        "`--previous` names the private folder of another source or project.",
        "Give the one of the source that is encoded.",
    ),
    "R510": Entry(
        "not the last delivery",
        "`--previous` names a delivery after which there was another: records that the later one "
        "brought would be given other ids.",
        "Give the private folder of the delivery that the message names.",
    ),
    "R511": Entry(
        "changed without a rotation",
        "The key, the fields, the profile or the standardisation are others than in the last "
        "delivery, and the key is of the same generation. Encodings made in two ways do not link, "
        "and side by side they tell more than either.",
        "Encode as before; or rotate the key with `link key rotate`, and let every owner encode "
        "anew with it.",
    ),
    "R512": Entry(
        "nothing says how to encode",
        "`link encode` was given a configuration without a `privacy` section.",
        "Write the section that all owners of the project agreed on.",
    ),
    "R513": Entry(
        "what leaves and what stays are in one place",
        "`--out` and `--private` are the same folder, or one is in the other.",
        "Give two folders apart.",
    ),
    "R514": Entry(
        "the folder holds something already",
        "`link encode`, `link pseudonyms` and `link attach` write into a new folder, whole or not "
        "at all.",
        "Give a folder that is not there yet.",
    ),
    "R515": Entry(
        "a group in clear text that identifies people",
        "Groups travel in clear text. One of them is a column that is encoded, or the id, as it "
        "stands.",
        "Remove the group, or make it of another column, or of the same one by a list: `standard`, "
        "`lookup`, or `from: date_of_birth` for age.",
    ),
    "R516": Entry(
        "no such source",
        "`--source` names none of the sources of the configuration.",
        "Give one of those listed.",
    ),
    "R517": Entry(
        "a run on clear text has no pseudonyms",
        "`link pseudonyms` gives the record ids of encoded sources a pseudonym. A source of this "
        "run was read in clear text: its ids are its owner's own, and would stand beside the "
        "pseudonyms.",
        "Give the folder of a finished run whose sources are encoded folders.",
    ),
    "R518": Entry(
        "attributes that identify people",
        "The file of attributes holds a column that the project encodes, a record id, or a copy of "
        "the owner's own id under another name. Beside a pseudonym it would undo all of it.",
        "Leave the columns that the message names out of the file.",
    ),
    "R519": Entry(
        "a private folder that is open",
        "Others than its owner may read the map from record ids to the owner's own ids.",
        "Close it, and ask who could have read it: whoever holds the map and the encodings knows "
        "whose they are.",
    ),
    "D410": Entry(
        "a private file is not what was written",
        "The map of record ids, or what is remembered of a delivery, is damaged or was changed.",
        "Put it back from a copy. Without it nothing that was linked can be found again.",
    ),
    "D411": Entry(
        "pseudonyms of something else",
        "The file given with `--pseudonyms` is none that `link pseudonyms` wrote, or is of another "
        "source, or names records that the private folder does not know.",
        "Give the file of this source, and the private folder of the delivery that was linked, or "
        "of a later one of the same key.",
    ),
    "D412": Entry(
        "attributes without ids",
        "The file of attributes has no column of the name given with `--id`, or none of its ids is "
        "one of a record that was delivered.",
        "Give the column that holds the ids that the source was encoded with.",
    ),
    "D413": Entry(
        "a source was sent again with other record ids",
        "The same source came before, encoded with the same key, and hardly any of its record ids "
        "is there any more: its owner encoded without `--previous`. Linked as it is, everyone "
        "would get another pseudonym.",
        "Ask the owner to encode again with `--previous`. Where the old ids are truly lost, remove "
        "the file that the message names, and tell those who hold the old pseudonyms.",
    ),
    "D414": Entry(
        "an earlier delivery",
        "A later delivery of the same source was linked before.",
        "Give the folder of the last delivery. To link an earlier one on purpose, use another "
        "output folder.",
    ),
}
