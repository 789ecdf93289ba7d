"""The form of an AWS account. An access key is named by reference; its halves never come here."""

from typing import Any
from uuid import UUID

from django import forms

from brokers.connections.forms.secret_references import PLAIN, text_field
from brokers.models import HOST, KEY, ROLE, AwsAccount
from brokers.msk.accounts.aws_accounts import KeyReference, Wanted
from kalixweb.core.forms import RefusableForm
from secrets_app.queries import ReferenceMissing, by_name, resolve_reference

WAYS = [(ROLE, "Assume a role"), (HOST, "The host's own credentials"), (KEY, "An access key")]
# Some Regions to choose from; any other can be typed.
REGIONS = (
    "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1",
    "eu-west-2", "eu-west-3", "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1",
    "sa-east-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-southeast-1", "ap-southeast-2", "me-central-1", "af-south-1",
)  # fmt: skip
_NOT_OPTIONAL = ("name", "region", "role_arn", "key_secret", "key_id_entry", "key_secret_entry")


class AwsAccountForm(RefusableForm):
    """After ``is_valid``: ``wanted`` is what the services take."""

    refused_at = {"key": "key_secret"}

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = text_field("Name", 100, attrs=PLAIN | {"placeholder": "production"})
    region = text_field("Region", 32, attrs=PLAIN | {"placeholder": "eu-west-1", "list": "regions"})
    way = forms.ChoiceField(label="How to sign in", choices=WAYS, widget=forms.RadioSelect)
    role_arn = text_field(
        "Role's ARN",
        2048,
        attrs=PLAIN | {"placeholder": "arn:aws:iam::111122223333:role/kalixweb-read"},
    )
    key_secret = text_field(
        "Secret with the access key", 100, attrs=PLAIN | {"list": "key-choices"}
    )
    key_id_entry = text_field("Entry of its id", 253, initial="id")
    key_secret_entry = text_field("Entry of its secret", 253, initial="secret")

    wanted: Wanted

    def __init__(self, *args: Any, project: UUID, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.project = project
        for name in _NOT_OPTIONAL:
            self.fields[name].conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What belongs to another way of signing in is left out."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        way = cleaned.get("way", "")
        key = self._key(cleaned) if way in {ROLE, KEY} and cleaned.get("key_secret") else None
        role = cleaned.get("role_arn", "").strip() if way == ROLE else ""
        if not self.errors:
            name, region = cleaned["name"].strip(), cleaned["region"].strip()
            self.wanted = Wanted(name, region, way, role, key)
        return cleaned

    def _key(self, cleaned: dict[str, Any]) -> KeyReference | None:
        """The reference when both entries are there; else the reason stands at the field."""
        name = cleaned["key_secret"].strip()
        secret = None
        for field in ("key_id_entry", "key_secret_entry"):
            try:
                secret, _ = resolve_reference(self.project, f"{name}/{cleaned.get(field, '')}")
            except ReferenceMissing as missing:
                where = field if by_name(self.project, name) else "key_secret"
                self.refuse(where, missing.sentence)
                return None
        if secret is None:
            return None
        return KeyReference(secret, cleaned["key_id_entry"], cleaned["key_secret_entry"])


def shown(account: AwsAccount) -> dict[str, Any]:
    """What the form starts with for a stored account."""
    return {
        "revision": account.revision,
        "name": account.name,
        "region": account.region,
        "way": account.way,
        "role_arn": account.role_arn,
        "key_secret": account.key_secret.name if account.key_secret else "",
        "key_id_entry": account.key_id_entry or "id",
        "key_secret_entry": account.key_secret_entry or "secret",
    }
