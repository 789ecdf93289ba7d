"""Runs the child that makes topics and rights."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from kalixweb.practice.jars import PracticeImpossible

_SECONDS = 90


class ClientMissing(PracticeImpossible):
    """confluent-kafka, with which topics and rights are made, is not installed."""


class TopicsNotMade(PracticeImpossible):
    """The broker runs, but refused the topics or rights."""


def check_client() -> None:
    """Raise ClientMissing when the client library is not installed."""
    if not importlib.util.find_spec("confluent_kafka"):
        raise ClientMissing(
            "The practice Kafka needs the package confluent-kafka to make its topics and rights. "
            "Install it with: pip install 'kalixweb[second-opinion]'"
        )


def make(bootstrap: str, replicas: int = 1) -> None:
    """Make what is missing over ``bootstrap``, a listener without login; raises TopicsNotMade."""
    child = Path(__file__).with_name("topics_child.py")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(child)],
            input=json.dumps({"bootstrap": bootstrap, "replicas": replicas}),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise TopicsNotMade(
            f"The practice Kafka did not take its topics and rights within {_SECONDS} s."
        ) from late
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        raise TopicsNotMade(f"The practice Kafka did not take its topics and rights: {last[:300]}")
