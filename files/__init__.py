"""Files: received, checked, kept and handed out, each through one door."""
