"""How Alembic reaches the database: through the program's own engine, or DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection

from bot.settings import load_settings
from bot.storage.engine import open_engine
from bot.storage.tables import Base


def run(connection: Connection) -> None:
    """Run the migrations on one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        user_module_prefix="types.",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(load_settings().database_url.get_secret_value()).begin() as opened:
        run(opened)
