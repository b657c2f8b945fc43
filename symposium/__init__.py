"""The annual symposium: its editions, from the call for proposals to the certificates."""
