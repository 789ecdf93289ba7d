"""Pages of the faults of the login itself, SCRAM's refusals apart."""

from brokers.engine.guide.page import Line, Page

PAGES: dict[str, Page] = {
    "sasl.plain_rejected": Page(
        title="User or password is wrong (PLAIN)",
        first="Check both user and password against what the cluster's owner gave out.",
        means="""The broker refused the login. With PLAIN both go in one message, so nobody outside
            can tell which of the two is wrong.""",
        recognised="""The broker's refusal of the only message. Odd white space in the password is
            named in the sentence, but it may not be the cause.""",
        mend={
            "confluent-cloud": """User is the API key, password its secret, and the key must be one
                of this cluster, not a Cloud API key. A new one takes a minute:

                | confluent api-key list --resource lkc-…
                | confluent api-key create --resource lkc-…""",
            "event-hubs": """User is literally `$ConnectionString`; the password is all of
                `Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…`, without quotes. An
                `EntityPath=` at its end limits it to one event hub.""",
            "aiven": "`avn service user-list SERVICE`; the password is the service user's own.",
            "self-managed": """PLAIN users stand in the listener's JAAS line, read at the start:

                | listener.name.client.plain.sasl.jaas.config=\\
                |   org.apache.kafka.common.security.plain.PlainLoginModule required \\
                |   user_alice="…";

                Or behind a callback (LDAP): its log tells.""",
        },
        client="In a shell, `$ConnectionString` needs single quotes.",
        line=Line("plainonly", auth="plain", user="plain-user", typed="not-the-password"),
        related=("input.whitespace", "sasl.wrong_password", "input.password_empty"),
    ),
    "sasl.broker_cannot_prove_itself": Page(
        title="The server does not know the password",
        first="Do not use this server until its owner has explained it.",
        means="""SCRAM proves both sides. The server let the login pass, but its own signature is
            wrong: it accepted without knowing the password. Something may stand in the broker's
            place, to collect what clients send.""",
        recognised="""The signature in the final message, computed from the password, does not fit.
            It is compared although TLS was verified. A client that skips this check would have gone
            on.""",
        mend={
            "any": """The owner should look at what answers on this address: a test double that says
                yes to all, a proxy that logs in by itself with another password, or an intruder.
                Compare the fingerprint of the certificate in the result with the broker's own.

                | openssl x509 -in broker.crt -noout -fingerprint -sha256""",
        },
        client="""The password was not sent, but whoever recorded the exchange may try passwords
            against it at leisure. If an intruder is possible, change it:

            | kafka-configs.sh --bootstrap-server HOST:PORT --command-config admin.properties \\
            |   --alter --entity-type users --entity-name alice \\
            |   --add-config 'SCRAM-SHA-512=[password=…]'""",
        practice="Practice Kafka cannot show it: Apache Kafka always proves itself.",
        related=("sasl.unacceptable_iterations", "tls.intercepted"),
    ),
    "sasl.unacceptable_iterations": Page(
        title="An absurd count of SCRAM iterations",
        first="Have the user's password set anew with 4096 to 16384 iterations.",
        means="""The broker says how often the password is to be hashed. Below 4,096 it would be
            easy to guess, above 1,000,000 the client would compute for seconds or hours. kalixweb
            refuses both, and sent no proof.""",
        recognised="""The count in the broker's first answer. Java, franz-go and kafkajs would
            compute until they time out, and show just that.""",
        mend={
            "self-managed": """The count belongs to the user:

                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --describe --entity-type users \\
                |   --entity-name alice
                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type users \\
                |   --entity-name alice \\
                |   --add-config 'SCRAM-SHA-512=[iterations=8192,password=…]'

                Tools of your own that write SCRAM users have a setting for it as well.""",
            "any": """A platform that is managed sets 4,096 or 8,192. Anything else there is a
                matter for its support.""",
        },
        client="Nothing to mend: the count is not the client's to choose.",
        practice="""Practice Kafka can show it: let its admin give a user another count, as above
            with `iterations=2000000`, which Kafka accepts.""",
        related=("sasl.broker_cannot_prove_itself", "sasl.silent"),
    ),
    "sasl.closed": Page(
        title="Closed during the login",
        first="Ask the cluster's owner what the broker's log says about this login.",
        means="""The broker, or something before it, ended the connection in the middle of the login
            without saying why. Brokers that refuse say so first; this one did not.""",
        recognised="""End of the connection after SASL had begun, without an error code.""",
        mend={
            "msk": """IAM listeners limit new connections; SCRAM listeners close while a broker is
                patched. Send broker logs to CloudWatch to see:

                | aws kafka update-monitoring --cluster-arn ARN --current-version VERSION \\
                |   --logging-info file://logging.json""",
            "self-managed": """In `server.log` at this second. Usual: an exception in a callback
                handler (LDAP, OAuth), or a login module that is missing on the listener:

                | grep -iE 'sasl|authentication' server.log | tail""",
            "strimzi": "`kubectl logs POD | grep -i authentication`.",
            "confluent-cloud": """A cluster that was paused or deleted while its address still
                answers: `confluent kafka cluster list`.""",
        },
        client="""Test again. If it happens only now and then, one of several brokers, or a proxy
            with a time limit, is the cause: the grid shows which node.""",
        practice="Practice Kafka cannot show it: it answers every refusal.",
        related=("sasl.silent", "kafka.closed", "sasl.broken"),
    ),
    "sasl.silent": Page(
        title="No answer during the login",
        first="Ask the cluster's owner whether the broker reaches its store of users.",
        means="""The broker took the login up and then did not answer. To check a user it needs
            something else, and that something hangs: an LDAP server, an identity provider, or the
            controllers.""",
        recognised="""No answer to a message of the login within 5 s, after Kafka itself had
            answered before on the same connection.""",
        mend={
            "self-managed": """With LDAP or another callback, test that from the broker:

                | ldapsearch -H ldaps://ldap.example.com -x -l 5 -b '' -s base

                A stack of the broker shows where it waits: `jstack PID | grep -A12 network`.
                After refusals a broker waits on purpose
                (`connection.failed.authentication.delay.ms`), but only 100 ms.""",
            "msk": "Look at `CpuIdle` and the state of the cluster; then ask AWS support.",
            "strimzi": "With `type: oauth`, can the pods reach the identity provider?",
        },
        client="""A long time-out in clients hides this and makes every start slow. If only one
            broker is silent, take that one up with the owner; the others will do until then.""",
        practice="Practice Kafka cannot show it: its users stand in its own memory.",
        related=("kafka.silent", "sasl.closed", "metadata.silent"),
    ),
    "sasl.broken": Page(
        title="The login failed in another way",
        first="Ask the cluster's owner what the broker's log says about it.",
        means="""The broker answered the login with an error, or a SCRAM message, that is none of
            the causes kalixweb can tell apart. It is named in the sentence.""",
        recognised="""Every refusal with a code of its own has been ruled out. The error's name and
            number are Kafka's.""",
        mend={
            "any": """Note time, address and user, and look in the broker's log at that second.
                Authentication is logged under its own name:

                | kafka-configs.sh --bootstrap-server HOST:PORT --alter \\
                |   --entity-type broker-loggers --entity-name 1 \\
                |   --add-config org.apache.kafka.common.security=DEBUG

                Set it back afterwards with `--delete-config`.""",
        },
        client="""- CLUSTER_AUTHORIZATION_FAILED: the account is locked or limited by a product
              before the broker.
            - SCRAM messages that break the protocol: a proxy, or a server that is not Apache
              Kafka.

            Hand on the result with its raw text; the login's messages are not in it.""",
        practice="Practice Kafka cannot show it: each of its refusals has a name.",
        related=("sasl.closed", "sasl.wrong_password", "sasl.plain_rejected"),
    ),
}
