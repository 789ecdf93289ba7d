"""``kalixweb projects`` and ``kalixweb config``: projects, and which one commands mean."""

import click

from kalixweb.cli.broker import project_config
from kalixweb.cli.client import local, remember_project, remembered_project
from kalixweb.cli.output import (
    UsedWrongly,
    answer_no,
    output_option,
    print_json,
    print_table,
)


@click.group()
def projects() -> None:
    """Projects of this instance."""


projects.add_command(project_config)


@projects.command("list")
@output_option
def list_projects(as_json: bool) -> None:  # noqa: FBT001
    """Every project with its description and number of members."""
    instance = local()
    from kalixweb.projects.queries import my_projects

    rows = my_projects(instance.actor)
    if as_json:
        print_json(
            [
                {"name": row.name, "description": row.description, "members": members}
                for row, _, members in rows
            ]
        )
        return
    print_table(
        ("name", "description", "members"),
        [(row.name, row.description, members) for row, _, members in rows],
    )


@projects.command("new")
@click.argument("name")
@click.argument("description", default="")
@click.option("--owner", help="the user who becomes project admin and secret keeper")
def new(name: str, description: str, owner: str | None) -> None:
    """Make the project NAME; without --owner the only administrator gets it."""
    instance = local()
    from django.core.exceptions import ValidationError

    from kalixweb.projects import services
    from kalixweb.projects.services import people

    try:
        holder = people.owner_for(owner)
        project = services.create_project(
            actor=instance.actor, name=name, description=description, owner=holder
        )
    except ValidationError as refused:
        raise UsedWrongly(" ".join(refused.messages)) from refused
    remember_project(project.name)
    click.echo(f"Project {project.name} is made. Commands mean it from now on.")


@click.group()
def config() -> None:
    """What commands mean when they do not say it."""


@config.command("get-project")
def get_project() -> None:
    """Print the project that commands mean."""
    name = remembered_project()
    if name is None:
        answer_no("No project is chosen. Once: kalixweb config set-project NAME")
    click.echo(name)


@config.command("set-project")
@click.argument("name")
def set_project(name: str) -> None:
    """Choose the project that commands mean from now on."""
    project = local().project(name)
    remember_project(project.name)
    click.echo(f"Commands mean the project {project.name} from now on.")
