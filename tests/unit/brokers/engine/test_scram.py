"""Kafka's SCRAM, by the vector of RFC 7677 and by what a server must not get away with."""

import pytest

from brokers.engine.kafka import scram
from kalixweb.core.secret_value import SecretValue

NONCE = "rOprNGfwEbeRWgbNEkqO"
SERVER = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ=="
FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def client(user: str = "user") -> scram.ScramClient:
    return scram.ScramClient("SCRAM-SHA-256", user, SecretValue("pencil"), NONCE)


def test_rfc_7677() -> None:
    login = client()
    assert login.first() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    assert login.final(SERVER + b",i=4096") == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    login.verify(FINAL)


def test_the_user_is_escaped() -> None:
    assert client("a=b,c").first().startswith(b"n,,n=a=3Db=2Cc,r=")


def test_a_wrong_or_missing_signature_is_no_proof() -> None:
    for final in (b"v=" + b"A" * 43 + b"=", b"", b"v=", b"v=%%%", b"x=1"):
        login = client()
        login.final(SERVER + b",i=4096")
        with pytest.raises(scram.ServerSignatureWrong):
            login.verify(final)
    with pytest.raises(scram.ServerSignatureWrong):
        client().verify(FINAL)


@pytest.mark.parametrize(
    "challenge",
    [
        b"",
        b"r=other,s=AAAA,i=4096",
        b"r=" + NONCE.encode() + b",s=AAAA,i=4096",
        SERVER,
        SERVER + b",i=",
        SERVER + b",i=-5",
        SERVER + b",i=" + b"9" * 5000,
        SERVER.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==", b"s=%%") + b",i=4096",
        SERVER.replace(b"s=W22ZaJ0SNY7soEsUEjb6gQ==", b"s=") + b",i=4096",
        b"m=ext," + SERVER + b",i=4096",
    ],
)
def test_unreadable_challenges(challenge: bytes) -> None:
    with pytest.raises(scram.ServerMessageUnreadable):
        client().final(challenge)


@pytest.mark.parametrize("count", [0, 4095, 1_000_001])
def test_iterations_are_capped(count: int) -> None:
    with pytest.raises(scram.UnacceptableIterations):
        client().final(SERVER + b",i=%d" % count)


def test_refusal_inside_the_message() -> None:
    with pytest.raises(scram.ServerRefused, match="unknown-user"):
        client().final(b"e=unknown-user")


def test_nothing_secret_in_its_repr() -> None:
    assert "pencil" not in repr(client())
    assert NONCE not in repr(client())
