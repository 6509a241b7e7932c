"""Teaching: concept cards that speak of the open file."""
