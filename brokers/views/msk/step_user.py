"""The fourth step: the SCRAM user, and its password: taken over, chosen or typed."""

from typing import Any

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString

from brokers.forms.walk import TakeForm, UserForm
from brokers.models import PASSWORD
from brokers.queries import aws
from brokers.services.configuration import Existing, New
from brokers.services.setups import Changes
from brokers.views.msk import asked
from brokers.views.msk.related import USER, related
from brokers.views.msk.visit import Visit
from brokers.views.msk.walk_page import strings_of
from secrets_app import queries as secrets
from secrets_app.models import GENERIC, TLS_CA
from secrets_app.services import naming
from secrets_app.services import secrets as stored
from secrets_app.services.allowed_hosts import patterns_for


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
    options = (
        f'<option value="{escape(one.reference)}"></option>'
        for one in choices
        if one.type != TLS_CA
    )
    return {
        "form": UserForm(project=visit.project.id, initial=initial),
        "password_choices": SafeString("".join(options)),
        "taking": _taking(visit),
        "related": related(setup, USER),
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
    if refused := visit.change(changes):
        form.refuse("user", refused)
        return {"form": form}
    return visit.to("user")


def _stored(visit: Visit, password: Existing | New) -> Existing:
    if isinstance(password, Existing):
        return password
    servers = [server for string in strings_of(visit.setup) for server in string["servers"]]
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
    """Taking it over: what became of it, and the form for whoever may."""
    setup = visit.setup
    newest = aws.latest_of_setup(setup, PASSWORD) if setup.cluster_arn else None
    may_take = "msk.take_password" in visit.rights and setup.account is not None
    form = None
    if may_take and setup.cluster_arn and setup.user:
        form = TakeForm(
            initial={
                "aws_secret": secret_of_user(visit),
                "name": naming.suggestion(f"{setup.user}-kafka"),
            }
        )
    return {"asked": asked.shown(newest), "form": form, "choices": ()}
