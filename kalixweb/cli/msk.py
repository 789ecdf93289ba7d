"""``kalixweb msk``: Amazon MSK from the command line."""

import click

from kalixweb.cli.msk_brokers import brokers
from kalixweb.cli.msk_check import check
from kalixweb.cli.msk_clusters import clusters


@click.group()
def msk() -> None:
    """Clusters of Amazon MSK: which there are, how they are reached, and what is amiss."""


msk.add_command(clusters)
msk.add_command(brokers)
msk.add_command(check)
