"""The pages of MSK: accounts, the onboarding from a cluster to a green test, readiness, policy."""
