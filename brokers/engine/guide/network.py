"""Pages of the faults before the first byte: names, addresses, connections."""

from brokers.engine.guide.page import Line, Page, Platform

_OPEN_PORT: dict[Platform, str] = {
    "msk": """Allow the address that the test came from in the security group of the brokers, on
        9196 for the public names, 9096 inside the VPC:

        | aws ec2 authorize-security-group-ingress --group-id sg-… \\
        |   --protocol tcp --port 9196 --cidr 203.0.113.7/32

        `kalixweb msk check ARN` looks at all of it. Network ACLs must let the port in and ports
        1024 to 65535 out; a public subnet has a route to an internet gateway.""",
    "confluent-cloud": """A public cluster is open to everybody, unless an IP filter is set. A
        cluster with PrivateLink or peering answers only inside that network.""",
    "aiven": """Add the address to the service's allow list:

        | avn service update SERVICE -c ip_filter=203.0.113.7/32

        This replaces the list: repeat what it already holds.""",
    "event-hubs": """Add the address to the namespace's firewall, and allow port 9093 outbound:

        | az eventhubs namespace network-rule-set ip-rule add --resource-group GROUP \\
        |   --namespace-name NAMESPACE --ip-rule ip-address=203.0.113.7 action=Allow""",
    "strimzi": """A listener of type `internal` is reachable inside Kubernetes only. Add one of
        type `loadbalancer`, `nodeport`, `ingress` or `route` under `spec.kafka.listeners`; look
        at `networkPolicyPeers` of the listener.""",
}

PAGES: dict[str, Page] = {
    "resolve.not_found": Page(
        title="The name does not exist",
        first="Compare the host letter by letter with the cluster's bootstrap servers.",
        means="""The resolver of the machine that tests answered that there is no such name. Either
            it is mistyped, the cluster was deleted, or the name is known only inside another
            network.""",
        recognised="""The resolver's own answer (NXDOMAIN, or no address). A resolver that gave
            none is `resolve.unavailable`.""",
        mend={
            "msk": """Names of a deleted or recreated cluster are gone for good. Ask for the present
                ones: `aws kafka get-bootstrap-brokers --cluster-arn ARN`.""",
            "confluent-cloud": """With PrivateLink the name needs a private DNS zone in your
                network: `*.REGION.PROVIDER.private.confluent.cloud` and the like.""",
            "aiven": "A service that is powered off has no name in DNS: `avn service get SERVICE`.",
            "strimzi": """`CLUSTER-kafka-bootstrap.NAMESPACE.svc` exists only inside Kubernetes.
                Outside, use the address of an external listener.""",
        },
        client="""Ask the resolver yourself, on the same machine:

            | getent hosts b-1.example.com
            | dig +short b-1.example.com

            A private name is tested by `kalixweb probe` on a machine inside that network.""",
        line=Line(servers="b-1.kafka.invalid:9096"),
        related=("resolve.unavailable", "listener.unresolvable", "listener.inside_name"),
    ),
    "resolve.unavailable": Page(
        title="The name could not be looked up",
        first="Check the name servers of the machine that tests, then test again.",
        means="""The resolver did not answer in time or said that it failed for now. Whether the
            name exists is not known, and nothing is said about the cluster.""",
        recognised="""The look-up ended in EAI_AGAIN or SERVFAIL, or in nothing within 5 s. A clear
            “no such name” is `resolve.not_found`.""",
        client="""On the machine named in the result:

            | cat /etc/resolv.conf
            | getent hosts b-1.example.com
            | dig b-1.example.com

            - In a container: does the pod or container have a name server that it can reach?
            - On a VPN: is the name server of the VPN the one that is asked?
            - If only this name fails (SERVFAIL), its zone is broken: tell the cluster's owner.""",
        practice="Practice Kafka cannot show it: it needs a resolver that fails.",
        related=("resolve.not_found", "connect.unreachable"),
    ),
    "resolve.private": Page(
        title="A public name leads to private addresses here",
        first="Have the name server of this machine give the public addresses, or test inside.",
        means="""Every address of this name is private, although the name or the other servers say
            that it should be public. A private zone for the same domain, or a resolver that
            rewrites answers, stands between.""",
        recognised="""All addresses are private (10/8, 172.16/12, 192.168/16, fc00::/7) while the
            other nodes have public ones or the name contains `-public`. The test goes on: inside
            the right network it may work.""",
        mend={
            "msk": """`b-1-public.…` resolves to public addresses everywhere. A Route 53 private
                hosted zone for `amazonaws.com`, or a resolver rule in the VPC, hides them.""",
            "confluent-cloud": """A private zone for `confluent.cloud` that was made for PrivateLink
                also catches public clusters: narrow it to the cluster's own domain.""",
        },
        client="""Compare your resolver with a public one:

            | dig +short b-1-public.example.com
            | dig +short b-1-public.example.com @9.9.9.9""",
        practice="Practice Kafka cannot show it: all its addresses are loopback.",
        related=("connect.silent_private", "listener.private"),
    ),
    "resolve.refused_target": Page(
        title="Tests may not go to this address",
        first="Use the broker's own address; the networks allowed are set by kalixweb's operator.",
        means="""The name leads to an address that this kalixweb never connects to: a cloud's
            metadata service, link-local or loopback addresses, or a network that the operator has
            excluded. No connection was made.""",
        recognised="""The address that the name has at this moment, also when it is written in
            another way (decimal, octal, IPv6 around IPv4). It says nothing about whether a broker
            is there.""",
        client="""If the address is right, the operator can allow it, and restart kalixweb:

            | KALIXWEB_TARGETS_ALLOW=10.20.0.0/16
            | KALIXWEB_TARGETS_LOOPBACK=1

            Metadata and link-local addresses stay refused. If a broker advertises the address,
            its `advertised.listeners` is wrong, and clients elsewhere cannot use it either.""",
        line=Line(servers="169.254.169.254:9096"),
        related=("listener.loopback", "resolve.private"),
    ),
    "connect.refused": Page(
        title="Nothing listens on this port",
        first="Compare host and port with the cluster's bootstrap servers.",
        means="""The machine answers, and says that nothing listens on the port. The port is wrong,
            the broker is down, or it listens on another address of that machine.""",
        recognised="""The system's “connection refused”, from every address of the name. A firewall
            that drops packets shows as `connect.silent`; some firewalls refuse instead.""",
        mend={
            "msk": """A broker that restarts refuses for some minutes. The cluster's state must be
                ACTIVE:

                | aws kafka describe-cluster-v2 --cluster-arn ARN --query ClusterInfo.State""",
            "strimzi": """Ask whether the pods run: `kubectl get pods -l
                strimzi.io/cluster=CLUSTER`. For `nodeport`, the port is the node port of the
                bootstrap service.""",
            "self-managed": """On the broker, see what listens where:

                | ss -ltnp | grep java
                | grep ^listeners /etc/kafka/server.properties

                `listeners=…://127.0.0.1:9096` serves that machine alone; use `0.0.0.0`.""",
        },
        client="Try the port alone: `nc -vz b-1.example.com 9096`.",
        line=Line(listener="nothing"),
        related=("connect.silent", "listener.unreachable", "connect.some_addresses"),
    ),
    "connect.silent": Page(
        title="No answer to the connection attempt",
        first="Have the port opened for the address that the test came from.",
        means="""Packets were sent and nothing came back. A firewall, security group or network ACL
            on the way drops them, or the host is down.""",
        recognised="""No answer within 5 s, and the address is not private (then it would be
            `connect.silent_private`). Silence after the connection was made is `tls.silent`.""",
        mend=_OPEN_PORT,
        client="""Find the address that you come from, and try the port alone:

            | curl -4 https://checkip.amazonaws.com
            | nc -vz -w 5 b-1.example.com 9096

            If other ports of the internet work and this one does not, your own side filters
            outbound ports. The same `kalixweb probe` line inside the network that matters tells
            on which side it is.""",
        practice="Practice Kafka cannot show it: nothing on loopback drops packets.",
        related=("connect.silent_private", "connect.unreachable", "tls.silent"),
    ),
    "connect.silent_private": Page(
        title="A private address that does not answer",
        first="Use the cluster's public bootstrap servers, or test from inside its network.",
        means="""The name leads to a private address, and nothing answers there. Most often it is
            the cluster's private endpoint, seen from outside its network: private names resolve
            everywhere, but lead nowhere.""",
        recognised="""The address is private (10/8, 172.16/12, 192.168/16, fc00::/7) and silent for
            5 s. If you are inside that network, it is a firewall as in `connect.silent`.""",
        mend={
            "msk": """Public names contain `-public` and use port 9196:

                | aws kafka get-bootstrap-brokers --cluster-arn ARN \\
                |   --query BootstrapBrokerStringPublicSaslScram

                `null` means that public access is off; `kalixweb msk check ARN` has what it needs,
                in the order that works: ACLs come first. Else use peering, a VPN or a transit
                gateway, and allow port 9096 in the brokers' security group.""",
            "confluent-cloud": "The cluster has private networking: connect through that network.",
            "aiven": """With a project VPC, the public route has a name of its own that begins with
                `public-`; it is switched on by `-c public_access.kafka=true`.""",
            "event-hubs": "A private endpoint: test from its virtual network.",
        },
        client="On a VPN: is the route to this network there? `ip route get 10.0.1.7` says.",
        practice="Practice Kafka cannot show it: its addresses are loopback, which answers.",
        related=("connect.silent", "resolve.private", "listener.private"),
    ),
    "connect.unreachable": Page(
        title="There is no route",
        first="Check VPN, routes or peering between this machine and the cluster's network.",
        means="""The system, or a router on the way, says that the network or host cannot be
            reached. Unlike silence this is an answer: somebody knows that there is no way.""",
        recognised="""“No route to host”, “network is unreachable” or the like, from every address
            of the name. An IPv6 address on a machine without IPv6 is the commonest case.""",
        mend={
            "msk": """Each subnet's route table needs the route, in both directions:

                | aws ec2 describe-route-tables \\
                |   --filters Name=association.subnet-id,Values=subnet-…""",
            "self-managed": """A host firewall that rejects (`icmp-host-prohibited`) shows like
                this: `firewall-cmd --add-port=9096/tcp --permanent`, then `--reload`.""",
        },
        client="""See which way the packets would go:

            | getent ahosts b-1.example.com
            | ip route get ADDRESS

            If only IPv6 addresses are listed and you have none, use a name with an IPv4
            address.""",
        practice="Practice Kafka cannot show it: there is always a route to loopback.",
        related=("connect.silent", "connect.refused", "connect.some_addresses"),
    ),
    "connect.some_addresses": Page(
        title="Only some addresses of the name answer",
        first="Have the dead addresses removed from DNS, or brought back.",
        means="""The name has several addresses and not all of them answer. Clients that pick a
            dead one wait for their time-out first, so the connection works, but slowly and not
            always.""",
        recognised="""Each address was tried; the result lists which answered. The test went on
            with one that did. If none answers, it is `connect.refused` or `connect.silent`.""",
        mend={
            "msk": """Behind your own load balancer, look at the targets:
                `aws elbv2 describe-target-health --target-group-arn ARN`.""",
            "strimzi": """Nodes that left Kubernetes may still stand in a hand-made DNS record of a
                `nodeport` listener.""",
            "self-managed": """A round-robin record that still names an old broker: remove that
                address, and mind the record's TTL.""",
        },
        client="""Where only IPv4 or only IPv6 answers, the other family has no route from here.
            Try each:

            | nc -4 -vz -w 5 kafka.example.com 9096
            | nc -6 -vz -w 5 kafka.example.com 9096

            Java clients use all addresses with `client.dns.lookup=use_all_dns_ips`.""",
        practice="""Practice Kafka listens on 127.0.0.1 only: where `localhost` also means `::1`,
            its listener `good` under the name `localhost` shows it.""",
        related=("connect.refused", "connect.silent", "resolve.private"),
    ),
}
