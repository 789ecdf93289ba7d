"""The 23 prerequisites of the guide, one file each, in the guide's order.

**To add a check**: a file with its ``CHECK``, and its place in the table here. An id is public and
never changes its meaning.
"""

from brokers.aws.check import Check
from brokers.aws.checks import (
    acls,
    active,
    allow_everyone_off,
    bootstrap_servers,
    customer_key,
    firewall,
    health,
    key_usable,
    nothing_in_flight,
    provisioned,
    public_access,
    same_account_and_region,
    scram_on,
    secret_alive,
    secret_policy,
    secret_prefix,
    subnets_public,
    tls_in_cluster,
    tls_only,
    topics,
    unauthenticated_off,
    user_associated,
    version,
)

TABLE: dict[str, Check] = {
    module.CHECK.id: module.CHECK
    for module in (
        provisioned,
        active,
        scram_on,
        unauthenticated_off,
        tls_only,
        tls_in_cluster,
        public_access,
        bootstrap_servers,
        allow_everyone_off,
        user_associated,
        secret_prefix,
        customer_key,
        key_usable,
        same_account_and_region,
        secret_alive,
        secret_policy,
        subnets_public,
        firewall,
        acls,
        topics,
        nothing_in_flight,
        version,
        health,
    )
}
