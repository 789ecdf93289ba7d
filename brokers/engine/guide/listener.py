"""Pages of the faults of advertised brokers: what the cluster tells its clients to connect to."""

from brokers.engine.guide.page import Line, Page

_HOW_IT_WORKS = """A client uses a bootstrap server only to ask for the list of brokers; then it
            connects to the addresses in that list."""

PAGES: dict[str, Page] = {
    "listener.loopback": Page(
        title="A broker advertises a loopback address",
        first="Have `advertised.listeners` set to a name that clients can reach.",
        means=_HOW_IT_WORKS
        + """ This broker names `localhost`, 127.0.0.1 or 0.0.0.0, which on the client's
            machine is the client itself. It works on the broker's machine, and nowhere else.""",
        recognised="""The advertised address is loopback or a wildcard while the bootstrap server is
            another machine. No connection was made there.""",
        mend={
            "self-managed": """Without `advertised.listeners` Kafka takes `listeners`, and without a
                host there, whatever the machine thinks its name is. Set it and restart:

                | listeners=CLIENT://0.0.0.0:9096
                | advertised.listeners=CLIENT://b-1.example.com:9096

                In Docker: `KAFKA_ADVERTISED_LISTENERS`. Clients inside and outside of Docker need
                two listeners with two ports.""",
            "strimzi": """`configuration.brokers[].advertisedHost` was set by hand: take it out, or
                set the host that clients use.""",
        },
        client="""See what brokers advertise:

            | kcat -L -b HOST:PORT -F client.properties

            Through an SSH tunnel you see the same: use a VPN, or test on the far side.""",
        practice="""Practice Kafka cannot show it: it is on loopback itself, where that is
        right.""",
        related=("listener.unreachable", "listener.inside_name", "resolve.refused_target"),
    ),
    "listener.unresolvable": Page(
        title="An advertised broker has a name that nobody knows",
        first="Have the name published in DNS, or `advertised.listeners` corrected.",
        means=_HOW_IT_WORKS
        + """ The name that this broker gives does not exist for the machine that tests. The
            bootstrap server works, so it seems connected, and every read or write times out.""",
        recognised="""The resolver says that the advertised name does not exist, although the
            bootstrap server's name was found. Names that plainly belong to Kubernetes or Docker are
            `listener.inside_name`.""",
        mend={
            "self-managed": """Look at what is configured, and mend it on each broker:

                | grep ^advertised.listeners /etc/kafka/server.properties
                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type brokers \\
                |   --entity-name 1 --add-config \\
                |   'advertised.listeners=[CLIENT://b-1.example.com:9096]'""",
            "strimzi": """With external-dns or by hand, each `advertisedHost` needs a record of its
                own.""",
            "confluent-cloud": """With PrivateLink each broker's name needs the wildcard record
                `*.DOMAIN` in your private zone, not only the bootstrap name.""",
            "msk": "With private DNS of your own: forward `kafka.REGION.amazonaws.com`.",
        },
        client="""For one machine and for now, a line in `/etc/hosts` with the broker's address
            does.""",
        line=Line("advdns"),
        related=("listener.inside_name", "listener.unreachable", "resolve.not_found"),
    ),
    "listener.inside_name": Page(
        title="An advertised broker has an inside name",
        first="Use the cluster's bootstrap servers for clients outside.",
        means=_HOW_IT_WORKS
        + """ This broker gives a name that only Kubernetes or Docker knows. You came in by a way
            (a port forward, a published port) to a listener that is meant for clients inside.""",
        recognised="""The advertised name does not resolve, and ends with `.svc` or
            `.cluster.local`, or is a single word such as `kafka`.""",
        mend={
            "strimzi": """Add a listener for outside, and use its own address:

                | - name: external
                |   port: 9094
                |   type: loadbalancer
                |   tls: true
                |   authentication:
                |     type: scram-sha-512

                | kubectl get kafka CLUSTER -o jsonpath='{.status.listeners}'""",
            "self-managed": """In Docker Compose two listeners, each with its own advertised name:

                | KAFKA_LISTENERS: INSIDE://:29092,OUTSIDE://:9096
                | KAFKA_ADVERTISED_LISTENERS: INSIDE://kafka:29092,OUTSIDE://localhost:9096
                | KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: INSIDE:SASL_SSL,OUTSIDE:SASL_SSL

                Publish the port of OUTSIDE alone.""",
        },
        client="""`kubectl port-forward` carries the bootstrap question only, never the rest. To
            test what pods see, run `kalixweb probe` in a pod.""",
        practice="""Practice Kafka cannot show it: the names that it advertises are not
            Kubernetes's; its listener `advdns` shows the same for an unknown name.""",
        related=("listener.unresolvable", "listener.private", "resolve.not_found"),
    ),
    "listener.private": Page(
        title="An advertised broker has a private address",
        first="Have the brokers advertise public addresses to clients outside.",
        means=_HOW_IT_WORKS
        + """ The bootstrap server is public, but this broker gives a private address, which leads
            nowhere from here.""",
        recognised="""The advertised address is private and silent, while the bootstrap server's
            address is public. If it answers, you are inside, and nothing is wrong.""",
        mend={
            "msk": """A load balancer of your own in front of MSK cannot work alone: brokers go on
                advertising their private names. Use MSK's public access, once ACLs exist and
                `allow.everyone.if.no.acl.found` is `false`:

                | aws kafka update-connectivity --cluster-arn ARN --current-version VERSION \\
                |   --connectivity-info 'PublicAccess={Type=SERVICE_PROVIDED_EIPS}'""",
            "strimzi": """A `nodeport` listener advertises node addresses:
                `preferredNodePortAddressType: ExternalIP`, or set `advertisedHost` for each
                broker; or use `type: loadbalancer`.""",
            "self-managed": """A listener of its own for clients outside:

                | listeners=INSIDE://:9094,OUTSIDE://:9096
                | advertised.listeners=INSIDE://10.0.1.7:9094,OUTSIDE://b-1.example.com:9096""",
        },
        client="""On a VPN into that network it works as it is. From outside nothing on the client's
            side can mend it.""",
        practice="Practice Kafka cannot show it: all its addresses are loopback.",
        related=("resolve.private", "connect.silent_private", "listener.unreachable"),
    ),
    "listener.unreachable": Page(
        title="An advertised broker cannot be reached",
        first="Ask whether this broker runs and its port is open to clients.",
        means=_HOW_IT_WORKS
        + """ This one refuses or is silent, although the bootstrap server answers. Partitions that
            it leads cannot be read or written; the rest works.""",
        recognised="""The connection to the advertised host and port failed; the reason stands
            beneath (refused, silent, no route). The name itself resolved.""",
        mend={
            "msk": """The security group must allow the port to every broker's subnet, not only to
                the first. Is the broker up?

                | aws kafka list-nodes --cluster-arn ARN
                | aws kafka describe-cluster-v2 --cluster-arn ARN --query ClusterInfo.State""",
            "confluent-cloud": """An outbound firewall that lists single hosts misses the brokers:
                allow `*.REGION.PROVIDER.confluent.cloud:9092`.""",
            "strimzi": """Each broker has a load balancer, route or node port of its own; look
                whether one is pending: `kubectl get services -l strimzi.io/cluster=CLUSTER`.""",
            "self-managed": """Compare the advertised port with what is listened on:

                | grep -E '^(advertised\\.)?listeners' /etc/kafka/server.properties
                | ss -ltnp | grep java

                Behind NAT or a load balancer each broker needs a port of its own.""",
        },
        client="""If all advertised brokers fail and the bootstrap server works, you came through a
            tunnel or port forward: it carries one address only.""",
        line=Line("advrefused"),
        related=("connect.refused", "connect.silent", "listener.private"),
    ),
    "listener.other_port_kind": Page(
        title="An advertised broker speaks another kind of listener",
        first="Have `advertised.listeners` name the port of the same listener.",
        means=_HOW_IT_WORKS
        + """ The port that this broker gives speaks something other than the bootstrap server: no
            TLS, no login, or other mechanisms. The address of one listener stands under the name of
            another.""",
        recognised="""Both ports were tested alike, and they differ in kind; the sentence says in
            what. A wrong certificate alone is not meant: that keeps its own code.""",
        mend={
            "self-managed": """For each listener's name, the advertised port must lead to the port
                of that listener:

                | listeners=PLAIN://:9092,CLIENT://:9096
                | advertised.listeners=PLAIN://b-1.example.com:9092,CLIENT://b-1.example.com:9096

                With port mappings (Docker, NAT, a load balancer) look where each outer port really
                ends.""",
            "strimzi": """`advertisedPort` in `configuration.brokers[]` was set by hand to another
                listener's port: take it out.""",
        },
        client="""Do not make the client's settings fit the odd broker: the others would then fail.
            Test the odd address by itself to see what it is:

            | openssl s_client -connect HOST:PORT -servername HOST </dev/null""",
        practice="Practice Kafka cannot show it: each listener advertises its own kind.",
        related=("tls.plaintext_kafka", "sasl.mechanism_not_offered", "listener.unreachable"),
    ),
    "listener.host_not_allowed": Page(
        title="A broker is outside the secret's allowed hosts",
        first="If the broker is yours, add its host to the allowed hosts of the secret.",
        means="""The password of this connection may be sent to certain hosts only. The cluster
            names a broker at another host, so no login was tried there. It keeps a cluster from
            sending your password elsewhere.""",
        recognised="""The advertised host against the list of the secret. The node was tested up to
            TLS, and everything up to there is shown.""",
        mend={
            "msk": "All brokers of a cluster end with the same part: allow `*.` and that part.",
            "confluent-cloud": """Brokers are `b1-pkc-….REGION.PROVIDER.confluent.cloud` and so on:
                allow `*.REGION.PROVIDER.confluent.cloud`.""",
            "strimzi": "With `type: loadbalancer` each broker has a host of its own: allow each.",
        },
        client="""In kalixweb: the secret's page, “Allowed hosts”. Changing it needs the right to
            manage secrets. A pattern begins with `*.` and stands for one or more labels before the
            rest.

            If the host is strange to you, do not add it; ask the cluster's owner first. An
            attacker who can change what a broker advertises would choose exactly this way.""",
        practice="""Save a connection to its listener `good` whose secret allows another host than
            the one that is advertised.""",
        related=("listener.unreachable", "sasl.broker_cannot_prove_itself"),
    ),
    "listener.same_for_all": Page(
        title="Several brokers advertise one address",
        first="Have each broker advertise a host or port of its own.",
        means=_HOW_IT_WORKS
        + """ Here several brokers give the same host and port, mostly that of a load balancer. A
            client that wants a certain broker gets any one, which answers NOT_LEADER_OR_FOLLOWER,
            and tries again.""",
        recognised="""Equal host and port of different broker ids in one list of brokers.""",
        mend={
            "self-managed": """The load balancer may serve for the bootstrap; each broker then needs
                a way of its own:

                | advertised.listeners=CLIENT://kafka.example.com:9097   # broker 1
                | advertised.listeners=CLIENT://kafka.example.com:9098   # broker 2

                The balancer forwards each port to one broker.""",
            "strimzi": """`advertisedHost` was set to one value for all brokers. With one address
                for all, give each an `advertisedPort`.""",
        },
        client="""With one broker among several behind the address it works by chance, and slowly:
            watch for NOT_LEADER_OR_FOLLOWER in the client's log. Nothing on the client's side
            helps. Proxies that know Kafka's protocol may do this on purpose, and route by
            themselves.""",
        practice="Practice Kafka cannot show it: it is one broker.",
        related=("listener.other_port_kind", "input.duplicate"),
    ),
}
