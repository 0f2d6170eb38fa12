"""SQLAlchemy: tables, types, constraints, queries that take a session, the transaction runner."""
