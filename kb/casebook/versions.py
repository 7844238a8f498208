"""The version of a database's tables (door of Alembic)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select, text

from kb.casebook.tables import metadata
from kb.errors import CasebookUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0002"
"""The newest version of the tables: the last one in ``migrations/versions``."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String))
"""Tells the version of the other tables."""
_LOCK = 0x46495850
"""Of PostgreSQL: one migration at a time."""


def migrated(engine: Engine) -> None:
    """Bring the tables to :data:`HEAD`, in one transaction; one process does it, others wait."""
    with engine.connect() as connection:
        if version(connection) == HEAD:
            return
    with engine.begin() as connection:
        _alone(connection)
        if version(connection) != HEAD:
            upgrade(connection)


def version(connection: Connection) -> str | None:
    """The version of a database's tables, ``None`` for an empty one."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def known() -> set[str]:
    """Every version that tables had so far."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see _config

    return {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def made_anew(connection: Connection, to: str) -> list[Table]:
    """Drop the tables and make empty ones of a known version, as they were then.

    In the transaction of the connection, which waits as long as it takes. What others keep in the
    same database stays.
    """
    _alone(connection)
    metadata.drop_all(connection)
    _VERSION.drop(connection)
    others = inspect(connection).get_table_names()
    upgrade(connection, to)
    made = set(inspect(connection).get_table_names()) - {*others, _VERSION.name}
    found = MetaData()
    found.reflect(connection, only=sorted(made))
    return found.sorted_tables


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Bring the tables to a version, in the transaction of the connection.

    Raises :class:`CasebookUnavailable` for tables of a version that is not known.
    """
    from alembic import command  # noqa: PLC0415 - see _config
    from alembic.util import CommandError  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise CasebookUnavailable(
            f"the casebook's tables are of version {version(connection)}, this Fixpoint knows "
            f"those up to {HEAD}: run the newest Fixpoint that has opened it"
        ) from error


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - costs 0.2 s, and is needed once

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _alone(connection: Connection) -> None:
    """Wait, for as long as it takes, until no other process changes the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout TO 0"))
        connection.execute(text("SET LOCAL lock_timeout TO 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
