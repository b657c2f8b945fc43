"""Nightly work of rooms below the worker."""

from audit import retention
from worker.jobs import job

job(every=86400)(retention.purge)
