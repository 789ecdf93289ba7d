"""One TLS handshake that sees everything, and what can be said about it afterwards."""
