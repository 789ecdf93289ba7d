"""The ``kalixweb`` command. Each noun's module is imported when it is called, not before."""

from importlib import import_module

import click

from kalixweb import __version__

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


@click.group(cls=NounGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kalixweb")
def main() -> None:
    """Keeps Kafka connections and their secrets, and names the true cause when one fails."""
