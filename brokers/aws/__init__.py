"""Amazon MSK: finding clusters and judging them. The only place that uses boto3."""
