"""Each key has case numbers of its own; chains of corrections are looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the number to cases, forget the cases that visitors named, index the corrections."""
    op.add_column("cases", sa.Column("number", sa.String))
    op.execute("UPDATE cases SET number = id")
    with op.batch_alter_table("cases") as batch:
        batch.alter_column("number", existing_type=sa.String(), nullable=False)
    op.create_index("ix_cases_number", "cases", ["number"])
    op.execute("UPDATE searches SET case_id = NULL WHERE actor LIKE 'anonymous:%'")
    op.create_index("ix_entries_target", "entries", ["target"])
