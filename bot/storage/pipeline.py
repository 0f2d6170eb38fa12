"""PostgreSQL's pipeline: statements are sent on without waiting for the answers to those before them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import exc
from sqlalchemy.orm import Session


@contextmanager
def pipeline(session: Session) -> Iterator[None]:
    """Let the block build its next statement while PostgreSQL runs the last one; on SQLite nothing changes.

    For statements of which nothing is read, neither rows nor how many there were. The end of
    the block waits for all of them; what goes wrong with one is raised there at the latest.

    Raises:
        DBAPIError: Of the kind that the statement would have raised by itself.
    """
    session.flush()  # which counts rows
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    base: Any = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield
    except base as error:
        is_lost = connection.dialect.is_disconnect(error, driver, None)
        raised = exc.DBAPIError.instance(
            None, None, error, base, hide_parameters=True, connection_invalidated=is_lost
        )
        if is_lost:
            connection.invalidate(raised)
        raise raised from error
