from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('titan', '0001_initial')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='ScanResult',
            index=Index(fields=['y_id', 'x_id', 'p_value']),
        ),
    ]
