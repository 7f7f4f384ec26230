from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
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
            name='Sweep',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('titan.User', source_field='owner_id', db_constraint=True, to_field='id', related_name='sweeps', on_delete=OnDelete.CASCADE)),
                ('pair', fields.ForeignKeyField('titan.Pair', source_field='pair_id', db_constraint=True, to_field='id', related_name='sweeps', on_delete=OnDelete.CASCADE)),
                ('job', fields.OneToOneField('titan.Job', source_field='job_id', db_constraint=True, to_field='id', related_name='sweep', on_delete=OnDelete.CASCADE)),
                ('campaign', fields.ForeignKeyField('titan.Campaign', source_field='campaign_id', db_constraint=True, to_field='id', related_name='sweeps', on_delete=OnDelete.CASCADE)),
                ('spec', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('set_count', fields.IntField()),
                ('summary', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('dataset_hashes', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('result_hash', fields.CharField(null=True, max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'sweep', 'app': 'titan', 'indexes': [Index(fields=['created_at', 'id'])], 'pk_attr': 'id', 'table_description': 'A grid or random sample of parameter sets, summarised when its job succeeds.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SweepFigures',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('sweep', fields.OneToOneField('titan.Sweep', source_field='sweep_id', db_constraint=True, to_field='id', related_name='figures', on_delete=OnDelete.CASCADE)),
                ('figures', fields.BinaryField()),
            ],
            options={'table': 'sweep_figures', 'app': 'titan', 'pk_attr': 'id', 'table_description': 'The figures of every set of a sweep as one row-major float64 blob, in the order of the sets.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='WalkForward',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('titan.User', source_field='owner_id', db_constraint=True, to_field='id', related_name='walk_forwards', on_delete=OnDelete.CASCADE)),
                ('job', fields.OneToOneField('titan.Job', source_field='job_id', db_constraint=True, to_field='id', related_name='walk_forward', on_delete=OnDelete.CASCADE)),
                ('campaign', fields.ForeignKeyField('titan.Campaign', source_field='campaign_id', db_constraint=True, to_field='id', related_name='walks', on_delete=OnDelete.CASCADE)),
                ('spec', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('instrument_ids', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('summary', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('steps', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('time', fields.BinaryField(null=True)),
                ('equity', fields.BinaryField(null=True)),
                ('dataset_hashes', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('result_hash', fields.CharField(null=True, max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'walk_forward', 'app': 'titan', 'indexes': [Index(fields=['created_at', 'id'])], 'pk_attr': 'id', 'table_description': 'A walk over a universe, summarised when its job succeeds. The steps are kept as one list.'},
            bases=['Model'],
        ),
    ]
