"""How sure the links are: draws of whole linkages, and intervals of the model's parameters."""
