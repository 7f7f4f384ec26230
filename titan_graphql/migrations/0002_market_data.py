from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from titan_graphql.models.markets import ActionKind, Adjustment
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
            name='BarImport',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('titan.User', source_field='owner_id', db_constraint=True, to_field='id', related_name='imports', on_delete=OnDelete.CASCADE)),
                ('job', fields.ForeignKeyField('titan.Job', source_field='job_id', db_constraint=True, to_field='id', related_name='imports', on_delete=OnDelete.CASCADE)),
                ('upload_id', fields.UUIDField()),
                ('file_name', fields.CharField(max_length=200)),
                ('spec', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('understanding', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('refusal', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('outcome', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'bar_import', 'app': 'titan', 'indexes': [Index(fields=['created_at', 'id'])], 'pk_attr': 'id', 'table_description': 'One import of an uploaded file.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CorporateAction',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('instrument', fields.ForeignKeyField('titan.Instrument', source_field='instrument_id', db_constraint=True, to_field='id', related_name='actions', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='SPLIT: SPLIT\nDIVIDEND: DIVIDEND', enum_type=ActionKind, max_length=10)),
                ('ex_date', fields.DateField()),
                ('value', fields.FloatField()),
                ('source', fields.CharField(max_length=300)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'corporate_action', 'app': 'titan', 'unique_together': (('instrument', 'kind', 'ex_date'),), 'pk_attr': 'id', 'table_description': 'A split (`value` new shares for one old) or a cash dividend (`value` per share), first effective on `ex_date`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Universe',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('titan.User', source_field='owner_id', db_constraint=True, to_field='id', related_name='universes', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=100)),
                ('note', fields.TextField(null=True, unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'universe', 'app': 'titan', 'unique_together': (('owner', 'name'),), 'pk_attr': 'id', 'table_description': 'A named set of instruments.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='UniverseMember',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('universe', fields.ForeignKeyField('titan.Universe', source_field='universe_id', db_constraint=True, to_field='id', related_name='members', on_delete=OnDelete.CASCADE)),
                ('instrument', fields.ForeignKeyField('titan.Instrument', source_field='instrument_id', db_constraint=True, to_field='id', related_name='memberships', on_delete=OnDelete.CASCADE)),
                ('since', fields.DateField(null=True)),
                ('until', fields.DateField(null=True)),
            ],
            options={'table': 'universe_member', 'app': 'titan', 'indexes': [Index(fields=['universe_id', 'instrument_id'])], 'pk_attr': 'id', 'table_description': "An instrument's stay in a universe: from `since` up to, but not including, `until`, where empty means without end."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Upload',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('titan.User', source_field='owner_id', db_constraint=True, to_field='id', related_name='uploads', on_delete=OnDelete.CASCADE)),
                ('file_name', fields.CharField(max_length=200)),
                ('size', fields.BigIntField()),
                ('content_hash', fields.CharField(max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'upload', 'app': 'titan', 'indexes': [Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'A file that somebody sent, kept under its id in the data directory until it is imported or a day has passed.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Dataset',
            name='actions',
            field=fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Dataset',
            name='adjustment',
            field=fields.CharEnumField(default=Adjustment.RAW, description='RAW: RAW\nSPLIT: SPLIT\nTOTAL_RETURN: TOTAL_RETURN', enum_type=Adjustment, max_length=12),
        ),
        ops.AddField(
            model_name='Dataset',
            name='quality',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Series',
            name='adjustment',
            field=fields.CharEnumField(default=Adjustment.RAW, description='RAW: RAW\nSPLIT: SPLIT\nTOTAL_RETURN: TOTAL_RETURN', enum_type=Adjustment, max_length=12),
        ),
    ]
