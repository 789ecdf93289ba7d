"""``python -m kalixweb.cli`` is the ``kalixweb`` command."""

from kalixweb.cli.main import main

main(prog_name="kalixweb")
