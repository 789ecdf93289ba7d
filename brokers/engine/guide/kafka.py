"""Pages of the faults of what answers inside TLS."""

from brokers.engine.guide.page import Line, Page

PAGES: dict[str, Page] = {
    "kafka.https": Page(
        title="HTTPS answers, not Kafka",
        first="Use the cluster's bootstrap servers: this is a web page or a REST interface.",
        means="""TLS works and the certificate is right, but what speaks inside is HTTP: a console,
            a REST proxy, a schema registry or an ingress that ended TLS itself.""",
        recognised="""The answer to Kafka's first question began with `HTTP/`; its first line is
            shown. No credentials were sent. HTTP without TLS is `tls.http`.""",
        mend={
            "confluent-cloud": """Port 443 of the endpoint is the REST interface. Kafka is at the
                same host with port 9092.""",
            "event-hubs": "Port 443 speaks HTTPS and AMQP over WebSocket; Kafka is at 9093.",
            "strimzi": """An ingress without passthrough hands what it decrypts to an HTTP server.
                Run ingress-nginx with `--enable-ssl-passthrough`; see the listener's
                `type: ingress`.""",
            "aiven": "REST, schema registry and Connect have ports of their own: see the list.",
        },
        client="""See what it is:

            | curl -sI https://HOST:PORT/""",
        practice="""Practice Kafka cannot show it; any HTTPS site that may be tested does, on port
            443.""",
        related=("tls.http", "tls.ingress_default", "kafka.not_kafka"),
    ),
    "kafka.not_kafka": Page(
        title="Something else answers inside TLS",
        first="Compare host and port with the cluster's bootstrap servers.",
        means="""TLS works, but what speaks inside is not Kafka: its answer is not framed as Kafka's
            are. A database, a message broker of another kind, an LDAP or mail server does
            this.""",
        recognised="""The first bytes of the answer, which stand in the raw text. HTTP is told apart
            (`kafka.https`); frames that begin well and then break are `kafka.malformed`.""",
        mend={
            "event-hubs": "5671 is AMQP; Kafka is at 9093.",
            "self-managed": """Behind a TCP load balancer, look which target the port leads to. With
                HAProxy the `mode` must be `tcp`.""",
        },
        client="""Brokers of other kinds that use TLS: 5671 RabbitMQ and Service Bus, 6651 Pulsar,
            8883 MQTT, 61617 ActiveMQ. None of them speaks Kafka's protocol at that port.

            | openssl s_client -quiet -connect HOST:PORT""",
        practice="""Practice Kafka cannot show it; a TLS server that sends what you type does:
            `openssl s_server -accept 19300 -key KEY -cert CERT`.""",
        related=("kafka.https", "kafka.malformed", "tls.other_protocol"),
    ),
    "kafka.malformed": Page(
        title="Kafka's frames, but wrong inside",
        first="Ask the cluster's owner what proxy or product stands in the broker's place.",
        means="""The answer is framed like Kafka's, but cannot be decoded, belongs to another
            question, or is far too long. Apache Kafka does not do this; a proxy that rewrites
            messages, or another product with a mistake, may.""",
        recognised="""The exact point where decoding stopped is named: a wrong correlation id, a
            length over 4 MiB, bytes missing or left over. The raw bytes are kept, without the
            login.""",
        mend={
            "any": """Test a broker directly, past the proxy. If that passes, the proxy is the
                cause: compare its supported Kafka versions with the broker's, and update it.""",
            "self-managed": """Proxies that rewrite messages (Kroxylicious, Envoy's Kafka filter,
                Confluent Gateway) must know each version of a request. Their log names the one
                that they could not read.""",
        },
        client="""Note the request and version of the sentence and hand on the result with its raw
            text. If the broker is Apache Kafka without anything before it, report it as a fault of
            kalixweb.""",
        practice="Practice Kafka cannot show it: it is Apache Kafka.",
        related=("kafka.not_kafka", "kafka.no_common_version"),
    ),
    "kafka.closed": Page(
        title="Closed after TLS, before any answer",
        first="Ask the cluster's owner what listens there: probably a proxy without a broker.",
        means="""TLS came about, then the connection was closed before Kafka's first question was
            answered. Whoever ends TLS there has nothing to hand it to.""",
        recognised="""End of the connection between the handshake and the answer to ApiVersions. A
            refusal of the client certificate looks similar and is told apart by its alert
            (`tls.client_certificate_required`).""",
        mend={
            "msk": """Behind a load balancer with a TLS listener, its targets must speak TLS or
                plaintext as the target group says: a group of type TCP to port 9096 gets
                plaintext and is closed.""",
            "strimzi": """The pod behind the listener is not ready:

                | kubectl get pods -l strimzi.io/cluster=CLUSTER
                | kubectl logs POD --tail=50""",
            "self-managed": """Look into the broker's log at this second. A broker older than 0.10
                closes on this question; one that is stopping closes everything. With stunnel or
                HAProxy, look whether the backend is up.""",
        },
        client="""Test again in a minute: a broker that restarts does this briefly. If it happens
            only now and then, one of several targets of a load balancer is broken.""",
        practice="Practice Kafka cannot show it: TLS and Kafka are one process.",
        related=("tls.closed", "kafka.silent", "sasl.closed"),
    ),
    "kafka.silent": Page(
        title="TLS works, then nothing",
        first="Ask the cluster's owner whether the broker is overloaded.",
        means="""The handshake is done by the network threads of a broker; answers come from its
            request threads. If those are all busy or stuck, TLS works and nothing follows. A proxy
            that has lost its broker shows the same.""",
        recognised="""No answer to ApiVersions, the cheapest question there is, within 5 s.""",
        mend={
            "msk": """In CloudWatch: `RequestHandlerAvgIdlePercent` near 0, `CpuUser` near 100, or
                `KafkaDataLogsDiskUsed` at 100. Restart the broker if it does not recover:

                | aws kafka reboot-broker --cluster-arn ARN --broker-ids 1""",
            "self-managed": """On the broker, three times some seconds apart:

                | jstack PID | grep -A12 data-plane-kafka-request-handler

                Look at the disks too (`iostat -x 1`), and at long pauses in the garbage
                collector's log.""",
            "strimzi": """`kubectl top pod -l strimzi.io/cluster=CLUSTER`: a CPU limit that is used
                up throttles the broker.""",
        },
        client="""Test each broker: if only one is silent, clients that need it time out although
            the rest works.""",
        practice="""Practice Kafka can be made silent and woken again by its process number:

            | kill -STOP PID
            | kill -CONT PID

            It then stops at `tls.silent` or here, as the moment falls.""",
        related=("tls.silent", "sasl.silent", "metadata.silent"),
    ),
    "kafka.controller_port": Page(
        title="The port of a KRaft controller",
        first="Use the port of a broker's client listener, not the controller's.",
        means="""Controllers keep the cluster's state (KRaft). They speak Kafka's protocol, even
            take an ordinary login, but serve no topics. Clients have no business there.""",
        recognised="""The list of requests it answers has neither Metadata nor Produce. It is named
            also when the port speaks plaintext, since another port is what mends it.""",
        mend={
            "self-managed": """In `server.properties`, `controller.listener.names` says which
                listener this is; take another one of `advertised.listeners`:

                | grep -E '^(listeners|advertised.listeners|controller\\.)' server.properties

                A node with `process.roles=controller` has no client listener at all: use the
                brokers.""",
            "strimzi": """Port 9090 is the controllers'. Take the addresses from
                `kubectl get kafka CLUSTER -o jsonpath='{.status.listeners}'`.""",
        },
        client="""Only administration tools may go there, with `--bootstrap-controller` (Kafka 3.7
            and newer). Controllers should not be reachable from outside: tell the owner if this
            one is.""",
        line=Line("controller"),
        related=("tls.plaintext_kafka", "tls.zookeeper", "connect.refused"),
    ),
    "kafka.no_common_version": Page(
        title="The broker's version is too old or too new",
        first="Compare the broker's version with what kalixweb speaks: Kafka 1.0 and newer.",
        means="""For a request that the test needs, broker and kalixweb share no version. The result
            names the request, what the broker offers, and which of the two is older.""",
        recognised="""The broker's own answer to ApiVersions. Nothing else was asked.""",
        mend={
            "self-managed": """See the version:

                | kafka-broker-api-versions.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties | head

                Kafka 4.0 dropped what clients before 2.1 speak. An old broker has to be brought
                up one step after the other; read the upgrade notes of each.""",
            "msk": """`aws kafka get-compatible-kafka-versions --cluster-arn ARN` says where it can
                be brought to.""",
            "strimzi": "`spec.kafka.version`, within what the operator's release supports.",
        },
        client="""If the broker is newer, update kalixweb. The same hits other old clients:
            librdkafka 2.0, with which Debian 12 builds kcat, cannot log in by SCRAM to Kafka 4.""",
        practice="Practice Kafka cannot show it: its version is one that kalixweb speaks.",
        related=("kafka.malformed", "kafka.closed"),
    ),
}
