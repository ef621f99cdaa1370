"""Names the fixture modules; nothing else."""

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.storage",
    "tests.fixtures.database",
    "tests.fixtures.isolation",
    "tests.fixtures.acts",
    "tests.fixtures.viewers",
    "tests.fixtures.graphql",
    "tests.fixtures.listeners",
    "tests.fixtures.commits",
    "tests.fixtures.receiver",
    "tests.fixtures.mail_server",
    "tests.fixtures.work",
    "tests.fixtures.imports",
    "tests.fixtures.stripe_sandbox",
    "tests.fixtures.shop",
    "tests.fixtures.introductions",
    "tests.fixtures.sign_in",
    "tests.fixtures.portal",
]
