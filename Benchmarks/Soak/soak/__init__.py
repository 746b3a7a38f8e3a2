"""A gateway under mixed traffic and failing surroundings, and whether it is the same afterwards."""
