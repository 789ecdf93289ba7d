"""Settings that cannot be meant stop the start, and the message names the variable alone."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kalixweb.settings import env

NAME = "KALIXWEB_TRUSTED_PROXIES"


def test_networks_are_read_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "10.0.0.0/8, 192.0.2.1 fd00::/8")
    assert env.networks(NAME) == ["10.0.0.0/8", "192.0.2.1", "fd00::/8"]


def test_a_name_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "10.0.0.0/8 proxy.example.test")
    with pytest.raises(ImproperlyConfigured, match=NAME) as refused:
        env.networks(NAME)
    assert "example" not in str(refused.value)
