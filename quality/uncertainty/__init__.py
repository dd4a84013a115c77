"""How sure a figure is: probabilities held against what reviewers found."""
