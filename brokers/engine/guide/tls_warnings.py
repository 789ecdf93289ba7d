"""Pages of the warnings about certificates that are accepted today."""

from brokers.engine.guide.page import Line, Page
from brokers.engine.guide.tls_certificate import RELOAD

PAGES: dict[str, Page] = {
    "tls.expires_soon": Page(
        title="A certificate ends within 30 days",
        first="Have the certificate renewed before the day that the result names.",
        means="""Leaf or CA is valid today and ends within 30 days. From then on every client
            refuses the broker (`tls.expired`, `tls.ca_expired`).""",
        recognised="""The end of each certificate of the served chain, compared with our clock. It
            is a warning: the test goes on. Each broker has a certificate of its own, so each is
            looked at.""",
        mend={
            "msk": "Amazon renews by itself; if days pass and nothing changes, ask AWS.",
            "confluent-cloud": "Renewed by itself; short-lived certificates make this normal.",
            "strimzi": """Leaves and CAs are renewed 30 days ahead, in the maintenance windows
                (`spec.maintenanceTimeWindows`). Now:

                | kubectl annotate secret CLUSTER-cluster-ca-cert strimzi.io/force-renew=true""",
            "self-managed": RELOAD,
        },
        client="""If it is the CA that ends, ask for the next one now and store both in one file, so
            that the change needs no minute of agreement.""",
        line=Line("soon"),
        related=("tls.expired", "tls.ca_expired"),
    ),
    "tls.no_san": Page(
        title="The certificate names its host only as common name",
        first="Have the certificate made anew with subject alternative names.",
        means="""The host stands in the old field (CN) alone. Java and OpenSSL still look there; Go
            clients (sarama, franz-go, Redpanda Console) and Python refuse it.""",
        recognised="""The certificate has no subject alternative name at all and its common name
            matches. If alternative names exist, the common name does not count, and the fault is
            `tls.hostname`.""",
        mend={
            "self-managed": """With OpenSSL, then `keytool`:

                | openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -days 365 \\
                |   -extfile <(printf 'subjectAltName=DNS:b-1.example.com') -out broker.crt
                | keytool -genkeypair -alias broker -keyalg RSA -dname CN=b-1.example.com \\
                |   -ext SAN=dns:b-1.example.com -keystore broker.p12""",
            "strimzi": """Only certificates of your own can lack them: add `dnsNames` to the
                cert-manager `Certificate`.""",
        },
        client="""Go's message is “certificate relies on legacy Common Name field”. There has been
            no switch to allow it since Go 1.17.

            | openssl x509 -in broker.crt -noout -ext subjectAltName""",
        practice="Practice Kafka cannot show it: all its certificates have alternative names.",
        related=("tls.hostname", "tls.strict_clients_refuse"),
    ),
    "tls.strict_clients_refuse": Page(
        title="Strict clients will refuse this chain",
        first="Have the certificate in question made anew as RFC 5280 wants it.",
        means="""Most clients accept the chain. Verifiers that insist on every rule do not: Python
            3.13 and newer by default (`VERIFY_X509_STRICT`), and others will follow.""",
        recognised="""The same chain was verified once more with the strict flag; the rule it breaks
            is named. The ordinary verification passed, so the test goes on.""",
        mend={
            "self-managed": """What is usually missing in a home-made CA:

                | basicConstraints=critical,CA:TRUE
                | keyUsage=critical,keyCertSign,cRLSign
                | subjectKeyIdentifier=hash
                | authorityKeyIdentifier=keyid:always

                The leaf needs `authorityKeyIdentifier` too. Renew the CA with its old key, and
                certificates that are already out stay good, if they are right themselves.""",
            "strimzi": "Only a CA of your own can be concerned: make it with these extensions.",
        },
        client="""Python shows it as “Missing Authority Key Identifier” or “Basic Constraints of CA
            cert not marked critical”. For the time being a client may drop the flag:

            | context.verify_flags &= ~ssl.VERIFY_X509_STRICT""",
        practice="Practice Kafka cannot show it: its certificates keep the rules.",
        related=("tls.bad_chain", "tls.weak", "tls.no_san"),
    ),
    "tls.needless_ca": Page(
        title="A CA is given that is not needed",
        first="Remove the CA from the connection, unless you mean to trust nobody else.",
        means="""The broker's certificate verifies with the given CA and with the public CAs of the
            system. The connection works; the CA is one more thing that can go out of date.""",
        recognised="""The chain verified both ways. If it verifies without the CA only, the fault is
            `tls.public_ca_not_in_bundle`.""",
        mend={
            "msk": """No CA is needed: the chain ends at Amazon Trust Services, which every system
                knows. AWS Private CA serves to check clients there. Only a name of your own before
                the brokers, with a certificate of your own, needs one.""",
            "confluent-cloud": "No CA is needed.",
            "event-hubs": "No CA is needed.",
            "aiven": "Needed only for endpoints that are signed by the project's CA.",
        },
        client="""To keep it is a choice (pinning): no other public CA can then stand for this
            broker. The price is that a change of the platform's root stops every client. Pin
            roots, never intermediates.""",
        practice="Practice Kafka cannot show it: no public CA signs for `localhost`.",
        related=("tls.public_ca_not_in_bundle", "tls.ca_is_intermediate"),
    ),
}
