"""Looking for something: one search over all that rooms register, of what the member may read."""
