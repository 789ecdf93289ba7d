"""What kept AWS from answering, in one sentence and with what to do about it."""

from typing import Literal, TypeAlias, TypedDict

Kind: TypeAlias = Literal[
    "denied",
    "role_refused",
    "no_credentials",
    "expired",
    "refused_credentials",
    "clock_skew",
    "throttled",
    "unreachable",
    "timeout",
    "tls",
    "proxy",
    "wrong_region",
    "not_found",
    "bad_request",
    "conflict",
    "malformed",
    "aws_down",
    "stopped",
    "unknown",
]


class FailureDocument(TypedDict):
    """A failure as it is stored and shown."""

    kind: Kind
    sentence: str
    action: str
    missing_action: str | None


class AwsFailure(Exception):
    """A call that brought no answer. Neither text nor arguments ever hold a credential.

    ``code`` is the error code of AWS, or empty. ``missing_action`` is the IAM action that AWS
    denied, spelled as AWS spells it, and None when the call failed for any other reason;
    ``is_lifted_by_allow`` says whether one more statement in the identity's own policy lifts it.
    """

    def __init__(
        self,
        kind: Kind,
        sentence: str,
        action: str,
        *,
        code: str = "",
        missing_action: str | None = None,
        is_lifted_by_allow: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.kind: Kind = kind
        self.sentence = sentence
        self.action = action
        self.code = code
        self.missing_action = missing_action
        self.is_lifted_by_allow = is_lifted_by_allow

    def to_dict(self) -> FailureDocument:
        return {
            "kind": self.kind,
            "sentence": self.sentence,
            "action": self.action,
            "missing_action": self.missing_action,
        }
