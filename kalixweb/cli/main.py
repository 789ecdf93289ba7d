"""The ``kalixweb`` command. Each noun's module is imported when it is called, not before."""

import sys
from importlib import import_module
from typing import Any

import click

from kalixweb import __version__
from kalixweb.cli.output import CannotBeDone

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
        """Run the command; what it stands on and found away is one sentence and status 3."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:
            if "django" in sys.modules and (sentence := _about(error)):
                raise CannotBeDone(sentence) from error
            raise


def _about(error: Exception) -> str | None:
    from kalixweb.core.outages import Gone, sentence_about

    return str(error) if isinstance(error, Gone) else sentence_about(error)


@click.group(cls=NounGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kalixweb")
def main() -> None:
    """Keeps Kafka connections and their secrets, and names the true cause when one fails."""
