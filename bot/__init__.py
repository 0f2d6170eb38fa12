"""Seminar Bot: announce seminars in Slack, take registrations, remind everyone."""

__version__ = "0.1.0"
