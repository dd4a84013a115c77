"""Deliveries taken as they come: linked to the spine, with the model and the entities it has."""
