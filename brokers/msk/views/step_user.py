"""The fourth step: the SCRAM user, and its password: taken over, chosen or typed."""

from typing import Any

from django.http import HttpResponse

from brokers.aws.checks import about
from brokers.connections.services.configuration import Existing, New
from brokers.engine.platforms import patterns_for
from brokers.models import PASSWORD, AwsQuery, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.forms.onboarding import TakePasswordForm, UserForm
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query
from brokers.msk.views.related_checks import related
from brokers.msk.views.step_request import StepRequest
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.forms import options
from secrets_app import queries as secrets
from secrets_app.models import GENERIC, TLS_CA
from secrets_app.services import naming
from secrets_app.services import secrets as stored


def show(step_request: StepRequest) -> dict[str, Any]:
    """What is known of the user, the two ways to a password, and what AWS says of its secret."""
    onboarding = step_request.onboarding
    reference = ""
    if onboarding.password_secret:
        reference = f"{onboarding.password_secret.name}/{onboarding.password_entry}"
    initial = {
        "user": onboarding.user,
        "password_from": "choose" if reference else "new",
        "password_ref": reference,
        "password_name": naming.suggestion(f"{onboarding.user or onboarding.cluster_name}-kafka"),
    }
    choices = secrets.choices(step_request.project.id)
    return {
        "form": UserForm(project=step_request.project.id, initial=initial),
        "password_choices": options(one.reference for one in choices if one.type != TLS_CA),
        "take_form": _take_form(step_request),
        "taking": _taking(step_request),
        "related": related(onboarding, step_request.readiness, about("user"))
        if onboarding.user
        else [],
    }


def save(step_request: StepRequest) -> HttpResponse | dict[str, Any]:
    """Keep the user's name; a typed password becomes a secret for the cluster's hosts alone."""
    form = UserForm(step_request.request.POST, project=step_request.project.id)
    if not form.is_valid() or form.password is None:
        return {"form": form}
    with shown_in(form, step_request.request):
        chosen = _stored(step_request, form.password)
        step_request.change(
            Changes(user=form.cleaned_data["user"], password=(chosen.secret, chosen.entry))
        )
        return step_request.to("user")
    return {"form": form}


def _stored(step_request: StepRequest, password: Existing | New) -> Existing:
    if isinstance(password, Existing):
        return password
    servers = [server for string in step_request.strings for server in string["servers"]]
    made = stored.create(
        actor=step_request.request.actor,
        project=step_request.project.id,
        name=password.name,
        type=GENERIC,
        entries={password.entry: password.value},
        allowed_hosts=patterns_for(servers),
    )
    return Existing(made, password.entry)


def _taking(step_request: StepRequest) -> dict[str, Any]:
    """What became of taking it over, and the secrets that it can come from."""
    newest = (
        lookup.latest_of_onboarding(step_request.onboarding, PASSWORD)
        if step_request.onboarding.cluster_arn
        else None
    )
    return {
        "query": aws_query.view_of(newest),
        "arns": options(_associated(step_request.readiness)),
    }


def _take_form(step_request: StepRequest) -> TakePasswordForm | None:
    """For whoever may, once the cluster and the user are known."""
    onboarding = step_request.onboarding
    if "msk.take_password" not in step_request.rights or not (
        onboarding.account and onboarding.cluster_arn and onboarding.user
    ):
        return None
    name = naming.suggestion(f"{onboarding.user}-kafka")
    return TakePasswordForm(
        initial={"aws_secret": secret_of_user(onboarding, step_request.readiness), "name": name}
    )


def _associated(readiness: AwsQuery | None) -> list[str]:
    """The secrets of the cluster as the last readiness run saw them."""
    return list(((readiness.document if readiness else None) or {}).get("associated", ()))


def secret_of_user(onboarding: MskOnboarding, readiness: AwsQuery | None) -> str:
    """The associated secret that goes by the user's name, or ""."""
    wanted = f":secret:AmazonMSK_{onboarding.user}-"
    found = (
        arn for arn in _associated(readiness) if wanted in arn and len(arn.split(wanted)[1]) == 6
    )
    return next(found, "")
