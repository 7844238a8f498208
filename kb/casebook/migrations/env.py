"""What Alembic runs: migrations inside the transaction that it was handed."""

from alembic import context

from kb.casebook.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
