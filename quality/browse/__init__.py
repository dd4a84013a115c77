"""Pages for those who read runs: which there are, what they say, and how groups fared over them."""
