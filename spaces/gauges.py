"""What operators may see of the live pipeline in this process: counts and times, never which space or who.

Every label is one of a few words that stand in our code (cop/metrics.py shows them).
"""

from prometheus_client import Counter, Histogram

RING_TO_FRAME = Histogram(
    "cop_live_ring_to_frame_seconds",
    "From hearing that a space has news to handing the frame to its sockets.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
CATCH_UPS = Counter("cop_live_catch_ups", "Frames read from the log for one socket that was behind.")
RESETS = Counter("cop_live_resets", "Sockets told to load a space anew.", ["reason"])
CLOSES = Counter("cop_live_closes", "Sockets that ended, by the code that we closed with, or 'left'.", ["code"])
MISSED = Counter("cop_live_missed_rings", "News that the tick found and no ring had told of.")
DOORBELL_FAILURES = Counter("cop_live_doorbell_failures", "Times that Redis did not take or bring what was said.")
