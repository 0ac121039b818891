"""The database itself: engine, tables, types, statements in bulk, locks, migrations."""
