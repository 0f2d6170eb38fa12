"""Which schema a database has and which one this program needs, read without Alembic.

A bot that only looks spares itself the memory and the time of loading it.

The files of the migrations are named by their revisions, in order: ``0001_what_it_does.py``.
"""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

_HERE = Path(__file__).parent

NEWER_SCHEMA = "The database was migrated by a newer Seminar Bot. Install that version, or restore a copy."


def find_migrations() -> Path:
    """Return the folder of the migrations, in a checkout or in an installed wheel."""
    in_wheel = _HERE / "_migrations"
    return in_wheel if in_wheel.is_dir() else _HERE.parent.parent / "migrations"


def list_revisions() -> list[str]:
    """Return the revisions that this program knows, oldest first."""
    files = (find_migrations() / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def newest_revision() -> str:
    """Return the revision that this program needs."""
    return list_revisions()[-1]


def current_revision(engine: Engine) -> str | None:
    """Return the revision that the database has, None if it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def is_known(revision: str | None) -> bool:
    """Tell whether this program can upgrade from a revision; one it does not know is a newer program's."""
    return revision is None or revision in list_revisions()
