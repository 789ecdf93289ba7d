"""kalixweb keeps Kafka connections and the secrets they use."""

__version__ = "0.1.0"
