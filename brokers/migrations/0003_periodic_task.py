from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0002_aws'),
    ]

    operations = [
        # The table keeps its name, so that nothing is done in the database.
        migrations.RenameModel(old_name='Sweep', new_name='PeriodicTask'),
    ]
