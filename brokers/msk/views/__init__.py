"""The pages of MSK: accounts, the walk from a cluster to a green test, readiness, policy."""
