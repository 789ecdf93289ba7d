"""What keeps the host's own AWS credentials from being used."""

from typing import TypeAlias

from botocore import exceptions as raised

from brokers.aws.failures import Kind

Row: TypeAlias = tuple[tuple[type[Exception], ...], tuple[Kind, str, str]]

SIGNED_OUT: tuple[Kind, str, str] = (
    "expired",
    "The AWS sign-in of this host has ended.",
    "Sign in anew: aws sso login, or aws login",
)
_NO_CREDENTIALS: tuple[Kind, str, str] = (
    "no_credentials",
    "This host has no AWS credentials.",
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give it a role.",
)
_HALF: tuple[Kind, str, str] = (
    "no_credentials",
    "This host has half of an access key: key id and secret access key must both be set.",
    "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or both in the same profile.",
)
_PROFILE: tuple[Kind, str, str] = (
    "no_credentials",
    "AWS_PROFILE names a profile that this host does not have.",
    "Compare it with: aws configure list-profiles",
)
_NOT_FETCHED: tuple[Kind, str, str] = (
    "no_credentials",
    "The AWS credentials of this host could not be fetched from where its settings say.",
    "Try the same with: aws sts get-caller-identity",
)
CONFIGURATION: tuple[Kind, str, str] = (
    "no_credentials",
    "The AWS configuration of this host cannot be used as it is.",
    "Look at ~/.aws/config and ~/.aws/credentials: aws configure list names what is wrong.",
)

# What botocore raises, and what that means: the narrower kinds come first.
CREDENTIALS: tuple[Row, ...] = (
    (
        (
            raised.SSOError,
            raised.LoginError,
            raised.TokenRetrievalError,
            raised.NoAuthTokenError,
        ),
        SIGNED_OUT,
    ),
    ((raised.NoCredentialsError,), _NO_CREDENTIALS),
    ((raised.PartialCredentialsError,), _HALF),
    ((raised.ProfileNotFound,), _PROFILE),
    (
        (
            raised.CredentialRetrievalError,
            raised.MetadataRetrievalError,
            raised.RefreshWithMFAUnsupportedError,
            raised.UnknownCredentialError,
        ),
        _NOT_FETCHED,
    ),
    (
        (
            raised.ConfigNotFound,
            raised.ConfigParseError,
            raised.InvalidConfigError,
            raised.InvalidIMDSEndpointError,
            raised.InvalidIMDSEndpointModeError,
            raised.MissingDependencyException,
        ),
        CONFIGURATION,
    ),
)
