"""Spaces, their log, and how news reaches open pages."""
