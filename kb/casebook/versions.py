"""The version of a database's tables (door of Alembic)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from kb.errors import CasebookUnavailable

HEAD = "0002"
"""The newest version of the tables: the last one in ``migrations/versions``."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x46495850
"""Of PostgreSQL: one migration at a time."""


def migrated(engine: Engine) -> None:
    """Bring the tables to :data:`HEAD`, in one transaction; one process does it, others wait."""
    with engine.connect() as connection:
        if version(connection) == HEAD:
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout TO 0"))
            connection.execute(text("SET LOCAL lock_timeout TO 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if version(connection) != HEAD:
            _upgrade(connection)


def version(connection: Connection) -> str | None:
    """The version of a database's tables, ``None`` for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - costs 0.2 s, and is needed once
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise CasebookUnavailable(
            f"the casebook's tables are of version {version(connection)}, this Fixpoint knows "
            f"those up to {HEAD}: run the newest Fixpoint that has opened it"
        ) from error
