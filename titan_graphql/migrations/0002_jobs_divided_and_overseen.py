from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from titan_graphql.models.jobs import ShardState
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('titan', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='JobNumber',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('number', fields.BigIntField()),
            ],
            options={'table': 'job_number', 'app': 'titan', 'pk_attr': 'id', 'table_description': 'The last job number given out, in the one row of this table.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='JobShard',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('job', fields.ForeignKeyField('titan.Job', source_field='job_id', db_constraint=True, to_field='id', related_name='shards', on_delete=OnDelete.CASCADE)),
                ('number', fields.IntField()),
                ('state', fields.CharEnumField(default=ShardState.WAITING, description='WAITING: WAITING\nRUNNING: RUNNING\nDONE: DONE', enum_type=ShardState, max_length=20)),
                ('payload', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('attempt', fields.IntField(default=0)),
                ('strikes', fields.IntField(default=0)),
                ('lease_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('result', fields.BinaryField(null=True)),
                ('result_hash', fields.CharField(null=True, max_length=64)),
            ],
            options={'table': 'job_shard', 'app': 'titan', 'unique_together': (('job', 'number'),), 'indexes': [Index(fields=['job_id', 'state'])], 'pk_attr': 'id', 'table_description': 'A part of a job that is computed and kept on its own, so that a new attempt does not repeat it.'},
            bases=['Model'],
        ),
        ops.RemoveIndex(
            model_name='Job',
            name=None,
            fields=['created_at', 'id'],
        ),
        ops.AddField(
            model_name='Job',
            name='claimed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Job',
            name='number',
            field=fields.BigIntField(default=0),
        ),
        ops.AddField(
            model_name='Job',
            name='progress_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Job',
            name='strikes',
            field=fields.IntField(default=0),
        ),
        ops.AddField(
            model_name='Job',
            name='time_limit_seconds',
            field=fields.FloatField(default=21600.0),
        ),
        ops.AddField(
            model_name='Job',
            name='worker',
            field=fields.CharField(null=True, max_length=60),
        ),
        ops.AddIndex(
            model_name='Job',
            index=Index(fields=['number', 'id']),
        ),
    ]
