"""The committed schema is what the code says."""

from titan_graphql.commands.schema import COMMITTED
from titan_graphql.schema.root import schema


def test_the_committed_schema_is_the_one_of_the_code():
    assert COMMITTED.read_text(encoding="utf-8") == schema.as_str() + "\n"
