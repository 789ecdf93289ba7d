"""The seventh step: a connection, filled in from all the steps before."""

from typing import Any

from django.http import HttpResponse

from brokers.connections.queries import connections
from brokers.connections.services.configuration import Existing
from brokers.models import Connection
from brokers.msk.forms.onboarding import NEW, THERE, FillForm, shown_topics
from brokers.msk.onboarding import fill
from brokers.msk.views.step_request import StepRequest
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.forms import options
from secrets_app import queries as secrets
from secrets_app.models import TLS_CA
from secrets_app.services import naming


def show(step_request: StepRequest) -> dict[str, Any]:
    """What is filled in, and into which connection."""
    onboarding = step_request.onboarding
    taken = next((one for one in step_request.strings if one["is_chosen"]), None)
    there = onboarding.connection.name if onboarding.connection else ""
    initial = {
        "into": THERE if there else NEW,
        "name": naming.suggestion(onboarding.cluster_name or "msk"),
        "connection": there,
    }
    # An onboarding that has led to one fills that one in again.
    names = Connection.objects.for_project(step_request.project.id).order_by("name")
    others = [] if there else names.values_list("name", flat=True)
    return {
        "form": FillForm(project=step_request.project.id, initial=initial),
        "filled": {"serves": taken["serves"] if taken else ""},
        "named": shown_topics(onboarding),
        "connection_choices": options(others),
        "ca_choices": options(
            one.name for one in secrets.choices(step_request.project.id) if one.type == TLS_CA
        ),
    }


def save(step_request: StepRequest) -> HttpResponse | dict[str, Any]:
    """Make or change the connection; a refusal stands at the field that fixes it."""
    data, files = step_request.request.POST, step_request.request.FILES
    form = FillForm(data, files, project=step_request.project.id)
    if form.is_valid() and _is_filled(step_request, form):
        with shown_in(form, step_request.request):
            _fill(step_request, form)
    return {"form": form} if form.errors else step_request.to("connection")


def _is_filled(step_request: StepRequest, form: FillForm) -> bool:
    onboarding, is_there = step_request.onboarding, form.cleaned_data["into"] == THERE
    missing = [
        word
        for word, value in (
            ("the cluster's bootstrap servers", step_request.strings),
            ("the user", onboarding.user or is_there),
            ("the password", onboarding.password_secret or is_there),
        )
        if not value
    ]
    if missing:
        form.refuse("", f"Still missing: {', '.join(missing)}.")
    return not missing


def _fill(step_request: StepRequest, form: FillForm) -> None:
    onboarding, actor = step_request.onboarding, step_request.request.actor
    if step_request.bootstrap is None:
        raise fill.NotNamed
    filled = fill.BootstrapChoice(step_request.bootstrap)
    if form.cleaned_data["into"] == THERE:
        name = form.cleaned_data["connection"].strip()
        row = connections.whole(step_request.project).filter(name=name).first()
        if row is None:
            form.refuse("connection", f"There is no connection named {name} in this project.")
            return
        saved = fill.change(actor=actor, onboarding=onboarding, connection=row, filled=filled)
        step_request.say(f"{saved.name} is filled in. Test it next.")
        return
    secret = onboarding.password_secret
    if secret is None:
        return
    made = fill.create(
        actor=actor,
        onboarding=onboarding,
        wanted=fill.configuration(onboarding, form.cleaned_data["name"].strip(), filled),
        password=Existing(secret, onboarding.password_entry),
        ca=form.ca,
    )
    step_request.say(f"{made.name} is saved. Test it next.")
