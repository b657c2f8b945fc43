"""Who hears what, by which way. Nobody imports it."""
