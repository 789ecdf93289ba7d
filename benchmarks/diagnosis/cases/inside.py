"""What answers inside TLS instead of Kafka, or as an odd Kafka."""

from benchmarks.diagnosis.situation import World
from tests.fakes.kafka import APACHE, closes, says, stays_silent

SSH = says(b"SSH-2.0-x\r\n", hold=True)
UNKNOWN = says(b"hello you")
HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
CONTROLLER = {1: (4, 17), 17: (0, 1), 18: (0, 4), 36: (0, 2), 52: (0, 1), 62: (0, 4)}


def add(world: World) -> None:
    for name, fault, knobs in (
        ("HTTPS on the port", "kafka.https", {"instead": {"ApiVersions": says(HTTP)}}),
        ("SSH inside TLS", "kafka.not_kafka", {"instead": {"hello": SSH}}),
        ("something unknown inside TLS", "kafka.not_kafka", {"instead": {"ApiVersions": UNKNOWN}}),
        ("wrong correlation id", "kafka.malformed", {"wrong_correlation": True}),
        ("an answer of 8 MB announced", "kafka.malformed",
         {"instead": {"ApiVersions": says(b"\0\x7f\xff\xff\0\0\0\1", hold=True)}}),
        ("an answer cut short", "kafka.malformed",
         {"instead": {"ApiVersions": says(b"\0\0\0\6\0\0\0\1\0\0", hold=True)}}),
        ("closed after TLS", "kafka.closed", {"instead": {"ApiVersions": closes}}),
        ("silent after TLS", "kafka.silent", {"instead": {"ApiVersions": stays_silent}}),
        ("a controller's listener", "kafka.controller_port", {"apis": CONTROLLER}),
        ("a broker of the future", "kafka.no_common_version", {"apis": {**APACHE, 3: (20, 25)}}),
        ("a broker of the past", "kafka.no_common_version", {"apis": {**APACHE, 17: (0, 0)}}),
    ):  # fmt: skip
        world.add(name, fault, world.broker(**knobs).address, silent=fault.endswith("silent"))
