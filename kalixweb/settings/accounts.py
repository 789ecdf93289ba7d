"""Sign-in: by user name, with a second factor, without mail and without self-registration."""

from kalixweb.settings.product import KALIXWEB_FRESH_SIGN_IN_MINUTES
from kalixweb.settings.security import SESSION_COOKIE_AGE

ACCOUNT_ADAPTER = "kalixweb.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "kalixweb.accounts.forms.SignInForm",
    "change_password": "kalixweb.accounts.forms.ChangePasswordForm",
    "reauthenticate": "kalixweb.accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = SESSION_COOKIE_AGE
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = KALIXWEB_FRESH_SIGN_IN_MINUTES * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Each limit passes again by itself. For a password the key is a user name at one address: whoever
# does not know it can keep nobody else out. For a code of the second factor the key is the user,
# wherever the code comes from: whoever knows the password can make its owner wait, again and again.
# There is no limit by name over all addresses: it would let a stranger keep the owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}

MFA_ADAPTER = "kalixweb.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "kalixweb"
MFA_TOTP_TOLERANCE = 1

USERSESSIONS_TRACK_ACTIVITY = False
