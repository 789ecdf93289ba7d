"""A real Apache Kafka for the whole session."""

from tests.fakes.practice import cluster, practice

__all__ = ["cluster", "practice"]
