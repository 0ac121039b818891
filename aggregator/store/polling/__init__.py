"""What polls need of the store: claims, hosts, outcomes, subscriptions, heartbeats."""
