"""The ``kalixweb`` command. Each noun's module is imported when it is called, not before."""

import sys
from http import HTTPStatus
from importlib import import_module
from typing import Any

import click

from kalixweb import __version__
from kalixweb.cli.output import CannotBeDone, UsedWrongly
from kalixweb.core.refusals import Refusal

COMMANDS = {
    "up": "kalixweb.cli.up:up",
    "migrate": "kalixweb.cli.manage:migrate",
    "manage": "kalixweb.cli.manage:manage",
    "doctor": "kalixweb.cli.doctor:doctor",
    "backup": "kalixweb.cli.backup:backup",
    "restore": "kalixweb.cli.backup:restore",
    "admin": "kalixweb.cli.admin:admin",
    "keys": "kalixweb.cli.keys:keys",
    "audit": "kalixweb.cli.audit:audit",
    "projects": "kalixweb.cli.projects:projects",
    "config": "kalixweb.cli.projects:config",
    "secret": "kalixweb.cli.secret:secret",
    "connections": "kalixweb.cli.connections:connections",
    "msk": "kalixweb.cli.msk:msk",
    "probe": "kalixweb.cli.probe:probe",
    "practice": "kalixweb.cli.practice:practice",
    "demo": "kalixweb.cli.demo:demo",
}


class NounGroup(click.Group):
    """Looks a command up by name, so that ``probe`` and ``practice`` never load Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as the base class
        """Run the command; a refusal, or what it needs and found away, is one sentence."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:
            if refused := _click_exception(error):
                raise refused from error
            raise


def _click_exception(error: Exception) -> CannotBeDone | None:
    """Status 2 where what was given is not acceptable, else 3; None for an error of our own."""
    if isinstance(error, Refusal):
        given = error.status == HTTPStatus.UNPROCESSABLE_ENTITY
        return UsedWrongly(error.sentence) if given else CannotBeDone(error.sentence)
    if "django" not in sys.modules:
        return None
    from kalixweb.core.outages import sentence_about

    sentence = sentence_about(error)
    return CannotBeDone(sentence) if sentence else None


@click.group(cls=NounGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kalixweb")
def main() -> None:
    """Keeps Kafka connections and their secrets, and names the true cause when one fails."""
