"""Pages and forms of discussions."""
