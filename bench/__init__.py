"""`make bench`: how fast it is, beside what, and against which aim."""
