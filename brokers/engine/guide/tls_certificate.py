"""Pages of the faults of one certificate: its dates, names, purpose and strength."""

from brokers.engine.guide.page import Line, Page

RELOAD = """Put the new certificate in place, then have each broker read it again, without a
                restart:

                | kafka-configs.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --alter --entity-type brokers \\
                |   --entity-name 1 --add-config \\
                |   listener.name.client.ssl.keystore.location=/etc/kafka/broker-1.p12

                Setting the same path again counts as a change. The new certificate needs the
                same subject and names as the old one."""

PAGES: dict[str, Page] = {
    "tls.expired": Page(
        title="The broker's certificate has expired",
        first="Have the certificate renewed, and check every broker, not only this one.",
        means="""The broker's own certificate is past its end. Clients refuse it from that second
            on. A broker that was running serves the old file until it reads the new one.""",
        recognised="""The end of the served certificate against the clock of the machine that
            tests; both are shown. An expired CA is `tls.ca_expired`. If many clusters “expire” at
            once, look at the clock.""",
        mend={
            "msk": """Amazon renews by itself. An expired certificate means that something of your
                own (a load balancer with TLS) ends the connection.""",
            "strimzi": """The operator renews by itself while it runs. Order it:

                | kubectl annotate secret CLUSTER-cluster-ca-cert strimzi.io/force-renew=true

                A certificate of your own under `brokerCertChainAndKey`: update that secret.""",
            "self-managed": RELOAD,
        },
        client="""Nothing can be mended here; switching verification off would show the password to
            anybody. Look at what each broker serves:

            | openssl s_client -connect HOST:PORT -servername HOST </dev/null 2>/dev/null |
            |   openssl x509 -noout -subject -dates""",
        line=Line("expired"),
        related=("tls.ca_expired", "tls.expires_soon", "tls.not_yet_valid"),
    ),
    "tls.ca_expired": Page(
        title="A CA of the chain has expired",
        first="Get the renewed CA from the cluster's owner and save it as a new version.",
        means="""A CA certificate in the chain is past its end: the root that you gave, or one that
            the broker serves. Everything beneath it is refused, however new.""",
        recognised="""The end of each certificate of the chain. The result says which one, and
            whether it was served or given. Java carries on when the expired one is the trusted
            root; OpenSSL clients do not. That is why it may still work elsewhere.""",
        mend={
            "strimzi": """The operator renews its CA ahead of time
                (`spec.clusterCa.renewalDays`). With a CA of your own
                (`generateCertificateAuthority: false`) you do: put it into
                `CLUSTER-cluster-ca-cert` and raise `strimzi.io/ca-cert-generation`.""",
            "self-managed": """A root can be renewed with the same key, so that certificates which
                it signed stay good:

                | openssl x509 -in ca.pem -signkey ca.key -days 3650 -sha256 -out ca-new.pem""",
        },
        client="""If the owner renewed it, only your copy is old:

            | openssl x509 -in ca.pem -noout -subject -enddate

            A bundle may hold old and new together; the expired one does no harm when another
            path exists.""",
        practice="Practice Kafka cannot show it: its CA is renewed before it ends.",
        related=("tls.expired", "tls.ca_same_name", "tls.expires_soon"),
    ),
    "tls.not_yet_valid": Page(
        title="A certificate is not valid yet",
        first="Check the clock of the machine that tests.",
        means="""A certificate begins in the future, as this machine sees it. Mostly the machine's
            clock is behind; sometimes a certificate was made on a machine whose clock is ahead,
            or was installed too early.""",
        recognised="""The start of leaf or CA against our clock; both times are shown. Minutes
            point to clocks, whole days to a certificate installed early.""",
        mend={
            "any": """If the clock is right, bring back the old certificate, or wait. Make new ones
                begin in the past:

                | openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -days 365 \\
                |   -out broker.crt""",
        },
        client="""Compare and set the clock, on a virtual machine also the host's:

            | date -u
            | timedatectl status
            | chronyc makestep

            A laptop that slept or a restored snapshot is often days behind.""",
        line=Line("notyet"),
        related=("tls.expired", "tls.bad_chain"),
    ),
    "tls.hostname": Page(
        title="The certificate is for another name",
        first="Use one of the names that the certificate has.",
        means="""The certificate is trusted, but not for this host: none of its names matches.
            That is what keeps another server from standing in the broker's place, so clients stop
            here.""",
        recognised="""The subject alternative names were compared with the host as given, wildcards
            for one label only: `*.example.com` does not cover `a.b.example.com`. All names that it
            has are shown.""",
        mend={
            "strimzi": """Add the name to the listener; the operator makes new certificates:

                | configuration:
                |   bootstrap:
                |     alternativeNames: [kafka.example.com]
                |   brokers:
                |     - broker: 0
                |       advertisedHost: b-0.example.com""",
            "self-managed": """A new certificate with every name that clients use:

                | openssl req -new -key broker.key -subj '/CN=b-1.example.com' \\
                |   -addext 'subjectAltName=DNS:b-1.example.com,DNS:kafka.example.com'""",
            "msk": """MSK's certificates cover Amazon's names alone. An alias of your own (CNAME)
                cannot match: use the original bootstrap servers.""",
            "confluent-cloud": "An alias cannot match: use the endpoint as it is printed.",
        },
        client="""An entry in `/etc/hosts` can lead a right name to another address. Never set
            `ssl.endpoint.identification.algorithm` to nothing: it ends this protection.""",
        line=Line("wrongname"),
        related=("tls.address_not_in_certificate", "tls.no_san", "tls.ingress_default"),
    ),
    "tls.address_not_in_certificate": Page(
        title="The host is an address, the certificate has names",
        first="Use one of the certificate's names as the host.",
        means="""A bootstrap server, or an advertised broker, is given as an IP address. A
            certificate covers an address only when it names it as an address, and this one has
            names alone.""",
        recognised="""The host is an IP address, and the certificate has no IP entry among its
            alternative names; all its names are shown.""",
        mend={
            "self-managed": """If the broker advertises the address, advertise its name:

                | advertised.listeners=CLIENT://b-1.example.com:9096

                Else add the address to the certificate: `subjectAltName=DNS:b-1.example.com,
                IP:10.0.1.7`. As `DNS:10.0.1.7` it does not count.""",
            "strimzi": """A `nodeport` listener advertises node addresses. Choose another with
                `preferredNodePortAddressType: Hostname`, or set `advertisedHost` for each
                broker.""",
            "any": "The platform's own bootstrap servers are names: use them, not what they mean.",
        },
        client="""Where the name is not in your DNS, an entry in `/etc/hosts` is enough:

            | 10.0.1.7  b-1.example.com""",
        practice="""Practice Kafka's listener `wrongname` shows it under its address instead of
            `localhost`.""",
        line=Line("wrongname", servers="127.0.0.1:19202"),
        related=("tls.hostname", "tls.no_san"),
    ),
    "tls.wrong_purpose": Page(
        title="The certificate is not for servers",
        first="Have a certificate made for server authentication (serverAuth).",
        means="""The certificate says what it may be used for, and serving is not among it. Usually
            a client certificate was put on the broker.""",
        recognised="""The extended key usage is present and lacks `serverAuth`. A certificate
            without that extension may be used for everything and passes.""",
        mend={
            "self-managed": """A broker is a client too, towards other brokers, so it needs both:

                | printf '%s\\n' 'extendedKeyUsage=serverAuth,clientAuth' \\
                |   'subjectAltName=DNS:b-1.example.com' > broker.ext
                | openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -days 365 \\
                |   -extfile broker.ext -out broker.crt

                `openssl x509 -req` drops extensions of the request unless they are given so.""",
            "strimzi": """With cert-manager, in the `Certificate` behind `brokerCertChainAndKey`:

                | usages: [digital signature, key encipherment, server auth]""",
        },
        client="""See what it allows; nothing on the client's side should get around it:

            | openssl x509 -in broker.crt -noout -ext extendedKeyUsage""",
        practice="Practice Kafka cannot show it: all its certificates are for servers.",
        related=("tls.bad_chain", "tls.weak"),
    ),
    "tls.weak": Page(
        title="Key or signature is too weak",
        first="Have the certificate made anew with RSA 2048 or EC P-256, and SHA-256.",
        means="""A key of the chain is too short, or a certificate is signed with SHA-1 or MD5.
            Clients on OpenSSL 3 (librdkafka, Python) refuse it; Java may still accept, which is
            why it can work elsewhere.""",
        recognised="""Key size and signature algorithm of each certificate of the chain; the result
            names the one. The signature of a root that you gave does not count.""",
        mend={
            "self-managed": """New key, new certificate:

                | openssl req -new -newkey rsa:2048 -nodes -keyout broker.key -out broker.csr \\
                |   -subj '/CN=b-1.example.com'
                | openssl x509 -req -sha256 -in broker.csr -CA ca.pem -CAkey ca.key \\
                |   -days 365 -copy_extensions copy -out broker.crt

                If the CA itself is weak, begin with it. With `keytool`:
                `-genkeypair -keyalg RSA -keysize 3072`.""",
        },
        client="""`@SECLEVEL=0` in the cipher list makes OpenSSL accept it; use that at most to
            look, never for a password:

            | openssl s_client -connect HOST:PORT -cipher DEFAULT@SECLEVEL=0 </dev/null |
            |   openssl x509 -noout -text | grep -E 'Public-Key|Signature Algorithm'""",
        practice="Practice Kafka cannot show it: its keys are RSA 2048 and EC P-256.",
        related=("tls.strict_clients_refuse", "tls.no_common_cipher"),
    ),
    "tls.bad_chain": Page(
        title="The chain breaks a rule",
        first="Have the chain made anew by its CA; no client should trust this one.",
        means="""A certificate signed another although it may not: it is no CA, may not sign
            certificates, or has more CAs beneath it or other names than it allows.""",
        recognised="""OpenSSL's verdict on a rule of the path (RFC 5280), not on dates or names;
            certificate and rule are named. A gap in the chain is `tls.missing_intermediate`.""",
        mend={
            "self-managed": """A CA needs these extensions, a leaf the opposite:

                | printf '%s\\n' 'basicConstraints=critical,CA:TRUE' \\
                |   'keyUsage=critical,keyCertSign,cRLSign' > ca.ext
                | openssl x509 -req -in ca.csr -signkey ca.key -days 3650 \\
                |   -extfile ca.ext -out ca.pem

                - “path length constraint exceeded”: `pathlen:0` allows leaves only.
                - “permitted subtree violation”: the CA is limited to other names.""",
            "strimzi": """With an intermediate of your own as cluster CA, its `pathlen` must not be
                used up, and `ca.crt` holds the whole chain.""",
        },
        client="""Check the whole chain by hand:

            | openssl verify -CAfile ca.pem -untrusted intermediates.pem broker.crt""",
        practice="Practice Kafka cannot show it: its chains keep the rules.",
        related=("tls.wrong_purpose", "tls.missing_intermediate", "tls.strict_clients_refuse"),
    ),
}
