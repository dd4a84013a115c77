"""The local web page on which a reviewer works: one person, one machine, no network."""
