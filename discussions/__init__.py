"""Threads and posts. A group's chat is a thread of its space."""
