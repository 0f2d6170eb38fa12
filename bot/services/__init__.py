"""Use cases: plain synchronous functions that take a session; the caller commits."""
