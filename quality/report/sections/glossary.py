"""The words of the page that a reader may not know, each in a sentence or two."""

from quality.report.numbers import words
from quality.report.page import Fact, Part, Section

WORDS = {
    "Match and link": "A match is two records of one person: the truth. A link is two records that "
    "this run put together: a decision, right or wrong.",
    "Link rate": "The share of records that were given a link. It says nothing of how many links "
    "are right, or of how many records have a partner to find.",
    "Precision and false links": "The share of links that are matches; the rest are false links.",
    "Recall and missed matches": "The share of matches that were linked; the rest are missed.",
    "Coverage": "The share of records whose person the other source holds. No linkage can mend it.",
    "Focal source": "The source whose records look for a partner in the others.",
    "Truth file": "A file that says who is who, made apart from this linkage. Figures measured "
    "against it are as right as it is.",
    "Grades A to E": "How a figure came about, not how good it is: A measured; B measured and "
    "modelled; C by a model alone; D not valid; E not identified by the data.",
    "Interval": "The range that chance leaves for a figure, at the level that is printed (95% if "
    "nothing else was asked for). A range over models is no interval.",
    "Gap": "A group's rate less that of the reference group, in percentage points.",
    "Material": "Large enough to matter: the margin is set in the configuration and printed under "
    "every table of gaps.",
    "Not told apart": "Chance alone could make such a difference: neither shown, nor ruled out.",
    "Suppressed [c]": "Held back, because it or what could be worked out from it rests on few "
    "people. The group itself may be large.",
    "0.0%, 100.0% and over 99.9%": "Rates are made of rounded counts, or told in bands: none of "
    "these says that there is nobody on the other side, only that there are few.",
    "Blocking": "Only pairs of records that agree on a blocking rule (say, birth date and initial) "
    "are compared. Matches that meet no rule are lost at blocking.",
    "Candidate and floor": "A pair that was compared and kept; pairs below a low match weight, the "
    "floor, are dropped.",
    "Threshold": "The probability above which a candidate becomes a link. Its odds are the "
    "probability of a match over that of none.",
    "m, u and match weight": "m is how often records of one person agree like this, u how often "
    "records of two people do. The match weight is log2 of m over u, in bits: each bit doubles the "
    "odds.",
    "Draws, R-hat, effective draws, collisions": "Whole linkages drawn from the model, to see what "
    "else it holds possible. R-hat near 1 and many effective draws say that the drawing settled; a "
    "collision is a drawn link to a record that is taken.",
    "Raking, cut weights": "Weights are moved until linked records have the totals of all records; "
    "very large ones are cut, so that no record counts for too many.",
    "Representativity (R-indicator)": "1 where every kind of record is as likely as "
    "any other to be linked.",
    "Influx and outflux": "How much of what is missing stands beside values to learn it from, and "
    "how much of what is there stands beside something missing.",
    "Intersection": "Groups of two characteristics at once, such as women of one ethnic group.",
    "restricted/ and for_release/": "Folders of the run. What is in restricted/ is about single "
    "people and stays inside; what is in for_release/ may leave, once approved.",
    "link release approve, link what-if": "Commands of the toolkit, for those who made the run: "
    "the checker approves a release with the first; the second decides a run anew on trial.",
}
"""Every term with its meaning, in the order in which a reader meets them."""


def glossary_section() -> Section:
    """Return the words used on the page."""
    facts = tuple(
        Fact(f"word_{k}", term, words(meaning))
        for k, (term, meaning) in enumerate(WORDS.items(), 1)
    )
    return Section("glossary", "Words used on this page", (Part(facts=facts),))
