"""Pages of meetings: looking at them, planning them, changing them."""
