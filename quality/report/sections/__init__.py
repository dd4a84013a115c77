"""The sections of the page, each from the tables it needs."""
