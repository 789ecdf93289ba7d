"""Each practice certificate is wrong in exactly the way that its name says."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from kalixweb.practice import pki

NOW = dt.datetime(2030, 6, 1, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pki")
    pki.make(made, NOW)
    return made


def _verify(folder: Path, name: str, at: dt.datetime = NOW, host: str = "localhost") -> None:
    leaf, *_ = x509.load_pem_x509_certificates((folder / f"{name}.pem").read_bytes())
    roots = x509.load_pem_x509_certificates((folder / "ca.pem").read_bytes())
    builder = PolicyBuilder().store(Store(roots)).time(at)
    builder.build_server_verifier(x509.DNSName(host)).verify(leaf, [])


@pytest.mark.parametrize("name", ["good", "soon"])
def test_good_ones_verify(folder: Path, name: str) -> None:
    _verify(folder, name)


@pytest.mark.parametrize(
    "name", ["expired", "notyet", "wrongname", "otherca", "selfsigned", "nointermediate"]
)
def test_broken_ones_do_not(folder: Path, name: str) -> None:
    with pytest.raises(VerificationError):
        _verify(folder, name)


def test_broken_ones_would_verify_but_for_their_one_fault(folder: Path) -> None:
    _verify(folder, "expired", at=NOW - 4 * DAY)
    _verify(folder, "notyet", at=NOW + 3 * DAY)
    _verify(folder, "wrongname", host="b-1.kafka.invalid")


def test_the_authority_is_kept_and_the_leaves_are_new(tmp_path: Path) -> None:
    pki.make(tmp_path, NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    pki.make(tmp_path, NOW + 100 * DAY)

    assert (tmp_path / "ca.pem").read_bytes() == before["ca.pem"]
    assert (tmp_path / "expired.pem").read_bytes() != before["expired.pem"]
    _verify(tmp_path, "good", at=NOW + 120 * DAY)


def test_an_authority_that_ends_soon_is_made_anew(tmp_path: Path) -> None:
    pki.make(tmp_path, NOW)
    before = (tmp_path / "ca.pem").read_bytes()

    pki.make(tmp_path, NOW + 700 * DAY)

    assert (tmp_path / "ca.pem").read_bytes() != before
    _verify(tmp_path, "good", at=NOW + 700 * DAY)


def test_keys_are_for_the_owner_alone(folder: Path) -> None:
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
