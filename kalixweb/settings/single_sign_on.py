"""Sign-in at one OpenID Connect provider, configured here alone and never in the database."""

import hashlib
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from kalixweb.settings import env

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def _issuer() -> str:
    """The issuer's URL; its answers are believed because TLS says whose they are."""
    issuer = env.text("KALIXWEB_OIDC_ISSUER").rstrip("/")
    parts = urlsplit(issuer)
    if issuer and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        message = "KALIXWEB_OIDC_ISSUER must begin with https://."
        raise ImproperlyConfigured(message)
    return issuer


KALIXWEB_OIDC_ISSUER = _issuer()
KALIXWEB_OIDC_NAME = env.text("KALIXWEB_OIDC_NAME", "single sign-on")
KALIXWEB_OIDC_CLIENT_ID = env.text("KALIXWEB_OIDC_CLIENT_ID")
if KALIXWEB_OIDC_ISSUER and not KALIXWEB_OIDC_CLIENT_ID:
    raise ImproperlyConfigured("KALIXWEB_OIDC_ISSUER needs KALIXWEB_OIDC_CLIENT_ID beside it.")

# A person is (issuer, subject). The issuer stands in the id under which links are stored, so that
# another provider in its place does not answer for its people.
KALIXWEB_OIDC_ID = f"oidc-{hashlib.sha256(KALIXWEB_OIDC_ISSUER.encode()).hexdigest()[:16]}"

SOCIALACCOUNT_ADAPTER = "kalixweb.accounts.adapter.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": ["openid"],
        "APPS": [
            {
                "provider_id": KALIXWEB_OIDC_ID,
                "name": KALIXWEB_OIDC_NAME,
                "client_id": KALIXWEB_OIDC_CLIENT_ID,
                "secret": env.text("KALIXWEB_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": KALIXWEB_OIDC_ISSUER, "fetch_userinfo": False},
            }
        ],
    }
}
