"""Pages of the faults in which the port does not speak TLS as a broker does."""

from brokers.engine.guide.page import Line, Page

PAGES: dict[str, Page] = {
    "tls.plaintext_kafka": Page(
        title="Kafka without TLS",
        first="Use the port of the cluster's TLS listener (SASL_SSL).",
        means="""A Kafka broker answers on this port, but without encryption. kalixweb logs in over
            verified TLS only, since a password could be read on its way otherwise.""",
        recognised="""The TLS handshake failed, and the same port then answered Kafka's first
            question in plaintext. The result says whether it would want a login (SASL_PLAINTEXT)
            or none (PLAINTEXT); no credentials were sent to find out.""",
        mend={
            "msk": """9092 is plaintext. SASL/SCRAM over TLS is 9096, from outside 9196.""",
            "strimzi": """Set `tls: true` on the listener:

                | spec:
                |   kafka:
                |     listeners:
                |       - name: external
                |         port: 9094
                |         type: loadbalancer
                |         tls: true
                |         authentication:
                |           type: scram-sha-512""",
            "self-managed": """Give the listener a certificate and map it to SASL_SSL:

                | listener.security.protocol.map=CLIENT:SASL_SSL,…
                | listener.name.client.ssl.keystore.location=/etc/kafka/broker.p12""",
        },
        client="""Other clients must agree with the port: `security.protocol=SASL_SSL`. A Java tool
            set to plaintext that meets a TLS port dies of “OutOfMemoryError”: the reverse of this
            fault.""",
        line=Line("plain"),
        related=("kafka.controller_port", "sasl.not_enabled", "tls.closed"),
    ),
    "tls.http": Page(
        title="A web server answers",
        first="Copy the bootstrap servers again: this is the address of a web page or REST API.",
        means="""The port answers in HTTP without TLS. It is a console, a REST proxy, a schema
            registry, Kafka Connect or a proxy server, not a broker.""",
        recognised="""The TLS handshake failed and the port answered in HTTP; the first line of
            the answer is shown. HTTP inside TLS is `kafka.https`.""",
        mend={
            "strimzi": """The HTTP Bridge (8080) and Kafka Connect (8083) are not brokers. An
                Ingress that answers on port 80 cannot carry Kafka; its TLS port with passthrough
                can.""",
            "self-managed": """Usual ports of others: 8080 and 9000 consoles, 8081 schema registry,
                8082 REST proxy, 8083 Connect, 9021 Control Center.""",
        },
        client="""Where an outbound proxy is compulsory, its answer (`407`, `403`) shows here:
            Kafka cannot use an HTTP proxy, so the host must be allowed to pass directly.""",
        practice="""Practice Kafka cannot show it; a web server can:

            | python3 -m http.server 19300 --bind 127.0.0.1

            Then test `127.0.0.1:19300`.""",
        related=("kafka.https", "tls.other_protocol", "input.scheme"),
    ),
    "tls.other_protocol": Page(
        title="Neither TLS nor Kafka",
        first="Check host and port against the bootstrap servers of the cluster.",
        means="""Something answers that is neither TLS nor Kafka nor HTTP: SSH, a database, a mail
            server. Its name is given when its greeting is known.""",
        recognised="""The bytes that it sent, which stand in the raw text. Kafka without TLS is
            `tls.plaintext_kafka`, ZooKeeper `tls.zookeeper`.""",
        client="""Two usual causes:

            - The port of another service on the same machine was copied: 22, 5432, 3306, 6379.
            - A tunnel (`ssh -L`) or port forward points at the wrong target. Note that a tunnel
              to one broker does not carry a client to the others: see `listener.unreachable`.

            Look at the greeting yourself:

            | nc -w 3 b-1.example.com 9096 < /dev/null""",
        practice="""Practice Kafka cannot show it; a test against a local SSH server,
            `127.0.0.1:22`, does.""",
        related=("tls.http", "tls.plaintext_kafka", "tls.zookeeper"),
    ),
    "tls.silent": Page(
        title="The port takes the connection, then says nothing",
        first="Ask the cluster's owner whether the broker is full or hangs.",
        means="""The TCP connection was made, but neither TLS nor plaintext drew any answer. Either
            the broker does not take it up, or something in between accepts connections for it and
            swallows what is sent.""",
        recognised="""No byte within 5 s of the ClientHello and none to a plaintext question. If a
            short message is answered while the ClientHello is not, it is
            `tls.silent_after_hello`.""",
        mend={
            "msk": """Look at the broker's `ConnectionCount` and `CpuIdle` in CloudWatch, and at
                `NetworkProcessorAvgIdlePercent`. A load balancer of your own in front answers
                before its target does.""",
            "self-managed": """A listener at `max.connections` leaves new connections waiting:

                | ss -tn state established '( sport = :9096 )' | wc -l
                | kafka-configs.sh --bootstrap-server HOST:PORT --describe \\
                |   --entity-type brokers --entity-name 1 --all | grep max.connections""",
            "strimzi": "`maxConnections` of the listener's `configuration`; then the pod's log.",
        },
        client="""Count your own clients: one that opens a producer a message fills a broker. If
            the test passes from inside the network, a firewall on the way is what is silent.""",
        practice="""Practice Kafka cannot show it; a port that only listens can:
            `nc -lk 127.0.0.1 19300`.""",
        related=("tls.silent_after_hello", "tls.closed", "connect.silent"),
    ),
    "tls.closed": Page(
        title="The connection is closed at once",
        first="Ask whether the load balancer has a working broker behind it.",
        means="""The port accepts a connection and closes it before it said anything, with TLS and
            without.""",
        recognised="""Closed or reset, both after a ClientHello and after a plaintext question. A
            listener that only lacks TLS would have answered the second.""",
        mend={
            "strimzi": """The load balancer's or ingress's target is gone:

                | kubectl get endpoints -l strimzi.io/cluster=CLUSTER
                | kubectl get pods -l strimzi.io/cluster=CLUSTER""",
            "self-managed": """The broker closes at once when one address has too many connections:
                look for `Too many connections` in its log.

                | max.connections.per.ip=…
                | max.connections.per.ip.overrides=203.0.113.7:500

                Behind a proxy every client has the proxy's address.""",
            "msk": """Behind a load balancer of your own:
                `aws elbv2 describe-target-health --target-group-arn ARN`.""",
            "event-hubs": "The firewall of the namespace closes for addresses not on its list.",
        },
        client="""Some firewalls let the connection be made and then reset it when they see TLS to
            an unknown host. Test from another network to tell.""",
        practice="Practice Kafka cannot show it: its listeners have no such limit.",
        related=("tls.silent", "kafka.closed", "tls.intercepted"),
    ),
    "tls.silent_after_hello": Page(
        title="Large packets are lost on the way",
        first="Lower the MTU of the VPN or tunnel to 1400, then 1300.",
        means="""The broker answers a few bytes, but not the message that opens TLS, which is
            larger. Most likely packets above a certain size are lost between you and the broker,
            and the notice about it is filtered. Modern ClientHellos are over 1,400 bytes.""",
        recognised="""The ClientHello had no answer, while a few bytes of plaintext drew a TLS
            alert from the same port. A broker that hangs would have answered neither
            (`tls.silent`).""",
        client="""Find the size that still passes, without fragmenting, then set it:

            | ping -M do -s 1372 b-1.example.com
            | ip link set dev wg0 mtu 1380

            In WireGuard: `MTU = 1380` under `[Interface]`. In OpenVPN: `mssfix 1300`. In a
            container network it is the network's `mtu` option.""",
        mend={
            "msk": """Security groups and network ACLs must let ICMP “fragmentation needed”
                (type 3, code 4) pass; a transit gateway carries at most 8,500 bytes, a VPN
                about 1,400.""",
            "any": """A router can correct it for everybody:

                | iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN \\
                |   -j TCPMSS --clamp-mss-to-pmtu""",
        },
        practice="Practice Kafka cannot show it: loopback loses no packets.",
        related=("tls.silent", "connect.silent", "run.deadline"),
    ),
    "tls.zookeeper": Page(
        title="This is ZooKeeper",
        first="Use the cluster's bootstrap servers, not its ZooKeeper connection string.",
        means="""The port belongs to a ZooKeeper server. Older Kafka clusters keep their own state
            there; clients have not connected to it since Kafka 0.9.""",
        recognised="""It answered ZooKeeper's own question `srvr` with its version. Port 2181 alone
            would be no evidence.""",
        mend={
            "msk": """`describe-cluster` shows `ZookeeperConnectString` beside the rest. The right
                one is printed by:

                | aws kafka get-bootstrap-brokers --cluster-arn ARN""",
            "self-managed": """See which listeners the brokers have registered:

                | zookeeper-shell.sh HOST:2181 get /brokers/ids/1""",
            "strimzi": "`CLUSTER-zookeeper-client:2181` is not `CLUSTER-kafka-bootstrap:9093`.",
        },
        client="""A tool that asks for `--zookeeper` is from the time before Kafka 3.0: use its
            newer form with `--bootstrap-server`.""",
        practice="Practice Kafka cannot show it: it runs without ZooKeeper (KRaft).",
        related=("kafka.controller_port", "tls.other_protocol"),
    ),
    "tls.client_certificate_required": Page(
        title="The port wants a client certificate",
        first="Use the port where clients log in with user and password.",
        means="""This listener knows its clients by certificates (mutual TLS). kalixweb logs in
            with a user and password, which this port does not take.""",
        recognised="""The server asked for a certificate in the handshake, got none and answered
            with alert 42 or 116. Under TLS 1.3 that comes after a good handshake, so many clients
            only see a closed connection.""",
        mend={
            "msk": "9094 and 9194 are for certificates. SASL/SCRAM has 9096, from outside 9196.",
            "aiven": """The port with certificates is Aiven's default. Switch on the other one:

                | avn service update SERVICE -c kafka_authentication_methods.sasl=true""",
            "strimzi": """`authentication.type: tls` on a listener wants certificates. Add a
                listener with `type: scram-sha-512` and a `KafkaUser` of the same type.""",
            "self-managed": """`listener.name.client.ssl.client.auth=none` makes it optional for
                that listener; SASL must be on for it.""",
        },
        client="""Some listeners want both. Ask which issuers are accepted:

            | openssl s_client -connect HOST:PORT </dev/null | grep -A9 'Acceptable client'""",
        line=Line("mtls"),
        related=("sasl.not_enabled", "tls.broken", "input.port_for_other_auth"),
    ),
}
