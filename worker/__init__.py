"""What happens by itself: a loop over jobs. The rows that are due are the queue."""
