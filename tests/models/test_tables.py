"""Tables: every index names columns that exist, which PostgreSQL would refuse and SQLite would take as constants."""

from tortoise import Tortoise
from tortoise.context import TortoiseContext

from titan_graphql.models.users import Role, User


async def test_every_index_is_on_columns_of_its_table(db: TortoiseContext):
    wrong = {
        f"{model.__name__}: {name}"
        for model in Tortoise.apps.get_models_iterable()
        for index in model._meta.indexes
        for name in getattr(index, "fields", index)
        if name not in model._meta.fields_db_projection
    }
    assert wrong == set()


async def test_moments_come_back_equal_on_both_databases(db: TortoiseContext):
    user = await User.create(name="ada", role=Role.ADMIN)

    row = await User.get(id=user.id)
    assert (row.created_at, row.role) == (user.created_at, Role.ADMIN)
