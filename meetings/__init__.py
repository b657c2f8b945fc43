"""Series of meetings and their dates: planned by the wall clock of one zone, shown in everyone's own."""
