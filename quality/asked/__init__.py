"""Tables asked for one by one: counted, checked against what was released, perturbed, written."""
