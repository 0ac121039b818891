"""How Alembic runs the migrations: inside the transaction that `migrate` has begun."""

from alembic import context

from aggregator.store.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
