"""A connection's service was always kafka: nothing reads or writes its column any more.

The column itself stays for this release, with a default of the database's own, so that processes of
the version before go on while this one starts. A later release can drop it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0006_state_changes_of_before'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name='connection', name='service'),
            ],
            database_operations=[
                migrations.AlterField(
                    model_name='connection',
                    name='service',
                    field=models.CharField(
                        choices=[('kafka', 'Kafka')], db_default='kafka', default='kafka', max_length=16
                    ),
                ),
            ],
        ),
    ]
