"""Documents that are downloaded, not subscribed to."""
