"""Members, their organisations, and what those make them eligible for."""
