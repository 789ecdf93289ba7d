"""The fourth step: the SCRAM user, and its password: taken over, chosen or typed."""

from typing import Any

from django.http import HttpResponse

from brokers.aws.checks import about
from brokers.connections.services.configuration import Existing, New
from brokers.engine.platforms import patterns_for
from brokers.models import PASSWORD, AwsInquiry, MskSetup
from brokers.msk.aws_queries import lookup
from brokers.msk.forms.onboarding import TakeForm, UserForm
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query
from brokers.msk.views.related_checks import related
from brokers.msk.views.step_request import Visit
from kalixweb.core.forms import options
from secrets_app import queries as secrets
from secrets_app.models import GENERIC, TLS_CA
from secrets_app.services import naming
from secrets_app.services import secrets as stored


def show(visit: Visit) -> dict[str, Any]:
    """What is known of the user, the two ways to a password, and what AWS says of its secret."""
    setup = visit.setup
    reference = ""
    if setup.password_secret:
        reference = f"{setup.password_secret.name}/{setup.password_entry}"
    initial = {
        "user": setup.user,
        "password_from": "choose" if reference else "new",
        "password_ref": reference,
        "password_name": naming.suggestion(f"{setup.user or setup.cluster_name}-kafka"),
    }
    choices = secrets.choices(visit.project.id)
    return {
        "form": UserForm(project=visit.project.id, initial=initial),
        "password_choices": options(one.reference for one in choices if one.type != TLS_CA),
        "take_form": _take_form(visit),
        "taking": _taking(visit),
        "related": related(setup, visit.readiness, about("user")) if setup.user else [],
    }


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Keep the user's name; a typed password becomes a secret for the cluster's hosts alone."""
    form = UserForm(visit.request.POST, project=visit.project.id)
    if not form.is_valid() or form.password is None:
        return {"form": form}
    try:
        chosen = _stored(visit, form.password)
    except stored.NameTaken as taken:
        form.refuse("password_name", str(taken))
        return {"form": form}
    except naming.NotAccepted as refused:
        form.refuse("password_value", refused.sentence)
        return {"form": form}
    changes = Changes(user=form.cleaned_data["user"], password=(chosen.secret, chosen.entry))
    if reason := visit.change(changes):
        form.refuse("user", reason)
        return {"form": form}
    return visit.to("user")


def _stored(visit: Visit, password: Existing | New) -> Existing:
    if isinstance(password, Existing):
        return password
    servers = [server for string in visit.strings for server in string["servers"]]
    made = stored.create(
        actor=visit.request.actor,
        project=visit.project.id,
        name=password.name,
        type=GENERIC,
        entries={password.entry: password.value},
        allowed_hosts=patterns_for(servers),
    )
    return Existing(made, password.entry)


def _taking(visit: Visit) -> dict[str, Any]:
    """What became of taking it over, and the secrets that it can come from."""
    newest = lookup.latest_of_setup(visit.setup, PASSWORD) if visit.setup.cluster_arn else None
    return {"asked": aws_query.shown(newest), "arns": options(_associated(visit.readiness))}


def _take_form(visit: Visit) -> TakeForm | None:
    """For whoever may, once the cluster and the user are known."""
    setup = visit.setup
    if "msk.take_password" not in visit.rights or not (
        setup.account and setup.cluster_arn and setup.user
    ):
        return None
    name = naming.suggestion(f"{setup.user}-kafka")
    return TakeForm(initial={"aws_secret": secret_of_user(setup, visit.readiness), "name": name})


def _associated(readiness: AwsInquiry | None) -> list[str]:
    """The secrets of the cluster as the last readiness run saw them."""
    return list(((readiness.document if readiness else None) or {}).get("associated", ()))


def secret_of_user(setup: MskSetup, readiness: AwsInquiry | None) -> str:
    """The associated secret that goes by the user's name, or ""."""
    wanted = f":secret:AmazonMSK_{setup.user}-"
    found = (
        arn for arn in _associated(readiness) if wanted in arn and len(arn.split(wanted)[1]) == 6
    )
    return next(found, "")
