"""Names what speaks on a port from the first bytes that it says."""

import re

HTTP_LINE = re.compile(rb"HTTP/\d[.\d]* [^\r\n]{0,80}")
# Evidence is how each protocol opens or refuses: a greeting, or its own kind of error.
BANNERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"SSH-\d"), "an SSH server"),
    (re.compile(rb"(?s).{3}\x00\x0a\d[\w.\-+]*\x00"), "a MySQL or MariaDB server"),
    (re.compile(rb"(?s).{3}\x00\xff.{2}(#\w{5})?(Host|Too many)"), "a MySQL or MariaDB server"),
    (re.compile(rb"(?s)E\x00\x00.{2}S(FATAL|ERROR)\x00"), "a PostgreSQL server"),
    (re.compile(rb"-(ERR|NOAUTH|DENIED) "), "a Redis or Valkey server"),
    (re.compile(rb"AMQP\x00|AMQP\x01"), "an AMQP server such as RabbitMQ"),
    (re.compile(rb"220[ -].*(SMTP|smtp)"), "a mail server (SMTP)"),
    (re.compile(rb"220[ -]"), "an FTP or mail server"),
    (re.compile(rb"\* OK "), "a mail server (IMAP)"),
    (re.compile(rb"\+OK "), "a mail server (POP3)"),
    (re.compile(rb"RFB \d{3}\.\d{3}"), "a VNC server"),
    (re.compile(rb"INFO \{"), "a NATS server"),
    (re.compile(rb"ERROR\r\n|CLIENT_ERROR "), "a memcached server"),
)


def is_tls(data: bytes) -> bool:
    return data[:1] in {b"\x14", b"\x15", b"\x16", b"\x17"} and data[1:2] in {b"", b"\x03"}


def http_answer(data: bytes) -> str | None:
    """The status line of an HTTP answer, or what shows that HTTP was spoken; else None."""
    found = HTTP_LINE.match(data)
    if found:
        return found.group().decode("ascii", "replace")
    if data[:64].lstrip().lower().startswith((b"<html", b"<!doctype html")):
        return "an HTML page"
    return None


def known_protocol(data: bytes) -> str | None:
    """What speaks so, in words; None when the bytes are like nothing that is known."""
    return next((name for opening, name in BANNERS if opening.match(data)), None)
