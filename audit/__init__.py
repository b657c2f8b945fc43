"""The append-only trail: who did what, never what they wrote."""
