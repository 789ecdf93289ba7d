"""A real Apache Kafka on this machine, to learn and to test with. Imports neither Django nor apps.

One broker process plays many: each of its listeners has its own port, certificate, mechanisms and
advertised address, so that a good configuration and every common broken one stand side by side.
Its names and passwords are fixed and printed on purpose: they protect nothing.
"""
