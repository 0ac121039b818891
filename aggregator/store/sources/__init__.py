"""The sources of the file as the store knows them, and how each fares."""
