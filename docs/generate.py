"""Write the reference pages that come from the code: ``python docs/generate.py``."""

from pathlib import Path

from linkage.config.pages import configuration_page, errors_page, schema_file

DOCS = Path(__file__).parent
PAGES = {
    "reference/errors.md": errors_page,
    "reference/configuration.md": configuration_page,
    "config.schema.json": schema_file,
}


def write() -> None:
    """Write every page anew."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
