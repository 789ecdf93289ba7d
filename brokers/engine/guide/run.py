"""Pages of the faults of the test itself."""

from brokers.engine.guide.page import Page

PAGES: dict[str, Page] = {
    "run.deadline": Page(
        title="The time of the test was over",
        first="Test again; if it stays so, look at the stage that the result names.",
        means="""The whole test has 30 seconds and each broker 15. They were over before this broker
            had come to its end. No single step had failed: each was slow, within its own limit.""",
        recognised="""The clock of the test. A step that gives no answer at all ends earlier, at its
            own limit and with its own code (`connect.silent`, `tls.silent`, `kafka.silent`).""",
        client="""Usual causes, by the stage where it stood:

            - resolve: a name server that answers only at the second try.
            - tls, sasl-login: a broker that is overloaded, or packets that are lost and sent
              again.
            - metadata: a cluster with very many brokers or partitions.

            Give it more time once, and read the milliseconds of each stage:

            | kalixweb probe HOST:PORT --user alice --password-file password.txt --timeout 120

            A server that answers one byte a second is stopped by this limit as well, and is
            then no Kafka broker.""",
        practice="""Practice Kafka cannot show it by itself: it answers in milliseconds. Stop its
            process for some seconds at a time (`kill -STOP PID`, `kill -CONT PID`).""",
        related=("run.stopped", "tls.silent_after_hello", "kafka.silent"),
    ),
    "run.stopped": Page(
        title="The test was stopped",
        first="Start the test again.",
        means="""Somebody stopped the test, or the worker that ran it ended. What stands in the
            result is what was known by then; about the brokers that were not finished nothing is
            known. A test is never repeated by itself, since that would be a second login.""",
        recognised="""The stop itself, or a test that is still marked as running after its time. It
            says nothing about the cluster, and the connection's state does not become
            “failed” by it.""",
        client="""If nobody pressed Stop, look whether the workers run:

            | kalixweb doctor

            A worker that is killed in the middle of tests often has too little memory. In a
            container look for exit code 137; in Kubernetes:

            | kubectl describe pod POD | grep -A3 'Last State'

            On the command line it is Ctrl-C, and the exit code is 3.""",
        practice="Press Stop, or Ctrl-C, during any test that waits for silence.",
        related=("run.deadline",),
    ),
}
