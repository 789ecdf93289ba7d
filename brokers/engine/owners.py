"""Whose job it is to mend a fault, in the words of a label, an address and a sentence."""

WHOSE = {
    "you": "You",
    "cluster_owner": "Cluster owner",
    "network": "Network",
    "operator": "Whoever runs kalixweb",
}
ADDRESSEE = {
    "you": "yourself",
    "cluster_owner": "the cluster owner",
    "network": "the network team",
    "operator": "the operator",
}
# What goes between "Your job" and "Network's job" in running text.
JOB_OF = {
    "you": "Your job",
    "cluster_owner": "The cluster owner's job",
    "network": "The network's job",
    "operator": "The job of whoever runs kalixweb",
}
PERSON = {
    "you": "you",
    "cluster_owner": "the cluster's owner",
    "network": "whoever runs the network",
    "operator": "whoever runs this machine",
}
