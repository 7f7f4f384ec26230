from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from titan_graphql.models.backtests import ExitReason
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
            name='Campaign',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner', fields.ForeignKeyField('titan.User', source_field='owner_id', db_constraint=True, to_field='id', related_name='campaigns', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=200)),
                ('subject', fields.CharField(max_length=100)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'campaign', 'app': 'titan', 'unique_together': (('owner', 'subject'),), 'indexes': [Index(fields=['created_at', 'id'])], 'pk_attr': 'id', 'table_description': 'A named idea on named data, under which every trial is counted.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Trials',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('campaign', fields.ForeignKeyField('titan.Campaign', source_field='campaign_id', db_constraint=True, to_field='id', related_name='trials', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=20)),
                ('source_id', fields.UUIDField()),
                ('tried', fields.BigIntField()),
                ('ratios', fields.BigIntField(default=0)),
                ('ratio_sum', fields.FloatField(default=0.0)),
                ('ratio_squares', fields.FloatField(default=0.0)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'trials', 'app': 'titan', 'unique_together': (('campaign', 'kind', 'source_id'),), 'pk_attr': 'id', 'table_description': 'The trials that one piece of work adds to a campaign, kept when the work itself is removed.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Backtest',
            name='attribution',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Backtest',
            name='campaign',
            field=fields.ForeignKeyField('titan.Campaign', source_field='campaign_id', null=True, db_constraint=True, to_field='id', related_name='backtests', on_delete=OnDelete.CASCADE),
        ),
        ops.AddField(
            model_name='Backtest',
            name='leak_check',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Backtest',
            name='manifest',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Backtest',
            name='track_record',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='BacktestSeries',
            name='hedge_ratio',
            field=fields.BinaryField(null=True),
        ),
        ops.AlterField(
            model_name='Trade',
            name='exit_reason',
            field=fields.CharEnumField(description='EXIT: EXIT\nSTOP: STOP\nTIME: TIME\nRUIN: RUIN\nDELISTED: DELISTED\nOPEN: OPEN', enum_type=ExitReason, max_length=10),
        ),
        ops.AddField(
            model_name='Trade',
            name='rehedges',
            field=fields.IntField(default=0),
        ),
    ]
