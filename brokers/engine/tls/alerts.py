"""The names of TLS alerts, as RFC 8446 and its forerunners give them."""

NAMES = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    116: "certificate_required",
    120: "no_application_protocol",
}
PROTOCOL_VERSION = 70
NOTHING_IN_COMMON = frozenset({40, 71})
# 42 by Java, 116 by OpenSSL; 40 by OpenSSL under TLS 1.2, told apart by the request seen before.
WANTS_CERTIFICATE = frozenset({40, 42, 116})


def name(number: int) -> str:
    """``handshake_failure (40)``."""
    return f"{NAMES.get(number, 'alert')} ({number})"
