"""Sources that say different things of a person: how often, and whose word counts."""
