"""Projects: all of mine, a new one, its settings, its end."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kalixweb.accounts.fresh import is_fresh, stale_answer
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects import navigation
from kalixweb.projects.access import in_project
from kalixweb.projects.forms import DeleteForm, ProjectForm
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require, require_instance
from kalixweb.projects.queries import my_projects
from kalixweb.projects.services import (
    create_project,
    delete_project,
    edit_project,
)


@require_safe
def project_list(request: DjangoHttpRequest) -> HttpResponse:
    """The projects that the visitor is a member of, with their roles."""
    rows = my_projects(cast("HttpRequest", request).actor)
    return render(request, "projects/project_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def project_new(request: DjangoHttpRequest) -> HttpResponse:
    """Make a project; administrators of the instance do."""
    actor = cast("HttpRequest", request).actor
    require_instance(actor, "instance.projects")
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            project = create_project(actor=actor, **form.cleaned_data)
            return redirect(navigation.home().page, project=project.name)
    status = 422 if form.errors else 200
    return render(request, "projects/project_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@in_project
def project_edit(request: HttpRequest, project: Project) -> HttpResponse:
    """Name and description; the way to deletion."""
    require(request.actor, project.id, "project.edit", object_label=project.name)
    initial = {"name": project.name, "description": project.description}
    form = ProjectForm(request.POST or None, project=project, initial=initial)
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            edit_project(actor=request.actor, project=project, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("projects:project-edit", project=project.name)
    project.name = initial["name"]
    status = 422 if form.errors else 200
    context = {"form": form, "project": project, "nav_section": "members"}
    return render(request, "projects/project_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@in_project
def project_delete(request: HttpRequest, project: Project) -> HttpResponse:
    """Delete a project after its name was typed, by somebody who just proved who they are."""
    require(request.actor, project.id, "project.delete", object_label=project.name)
    if not is_fresh(request):
        return stale_answer(request)
    form = DeleteForm(request.POST or None, name=project.name)
    if request.method == "POST" and form.is_valid():
        delete_project(actor=request.actor, project=project)
        messages.success(request, f"{project.name} and everything in it is deleted.")
        return redirect("projects:project-list")
    status = 422 if form.errors else 200
    context = {"form": form, "project": project, "nav_section": "members"}
    return render(request, "projects/project_delete.html", context, status=status)
