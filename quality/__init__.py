"""How good the links are, whoever made them."""
