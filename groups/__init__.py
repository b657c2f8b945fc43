"""Peer consultation groups."""
