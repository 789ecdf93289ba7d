"""Every situation of the benchmark, one module a subject."""

from benchmarks.diagnosis.cases import (
    certificates,
    cluster,
    healthy,
    inputs,
    inside,
    login,
    ports,
    rights,
)
from benchmarks.diagnosis.situation import World

SUBJECTS = (inputs, ports, certificates, inside, login, cluster, rights, healthy)


def set_up(world: World) -> None:
    """Starts the servers and writes down the situations."""
    for subject in SUBJECTS:
        subject.add(world)
