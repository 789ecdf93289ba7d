from tests.integration.jobs.fixtures import tiny  # noqa: F401 - a fixture
