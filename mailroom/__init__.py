"""Mail that comes in: kept whole before we say yes, then posted, refused with an answer, or let go."""
