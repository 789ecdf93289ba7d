"""What a new topic is made with, where nobody has said otherwise."""

PARTITIONS = 6


def copies(brokers: object) -> int:
    """Three, or one for each broker where there are fewer; ``brokers`` may be unknown."""
    return min(3, brokers) if isinstance(brokers, int) and brokers > 0 else 3
