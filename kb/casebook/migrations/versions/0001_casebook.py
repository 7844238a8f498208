"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make every table; times are microseconds, structures are JSON texts."""
    op.create_table(
        "searches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("case_id", sa.String, index=True),
        sa.Column("symptom", sa.Text),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("lang", sa.String, nullable=False),
        sa.Column("generation", sa.String, nullable=False),
        sa.Column("fit", sa.String, nullable=False),
        sa.Column("matched", sa.Boolean, nullable=False),
        sa.Column("best", sa.Double),
        sa.Column("shown", sa.Text, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("case_id", sa.String, nullable=False, index=True),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("id", sa.String, unique=True),
        sa.Column("target", sa.String),
        sa.Column("solution", sa.String, index=True),
        sa.Column("verdict", sa.String),
        sa.Column("source", sa.String),
        sa.Column("search_id", sa.String, index=True),
        sa.Column("resolution", sa.String),
        sa.Column("tried", sa.Integer),
        sa.Column("note", sa.Text),
        sa.Column("symptom", sa.Text),
        sa.Column("environment", sa.Text),
    )
    op.create_table(
        "replies",
        sa.Column("actor", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("request", sa.String, nullable=False),
        sa.Column("entry", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("key_id", sa.String, nullable=False, index=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_table(
        "acts",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("object", sa.String, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
