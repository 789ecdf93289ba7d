import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

STATES = [
    ('passed', 'Works'),
    ('warned', 'Works, with a warning'),
    ('degraded', 'Degraded'),
    ('failed', 'Failed'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0004_aws_queries'),
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConnectionStateChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(choices=[*STATES, ('unknown', 'Not tested')], max_length=16)),
                ('from_fault', models.CharField(blank=True, default='', max_length=64)),
                ('to_state', models.CharField(choices=STATES, max_length=16)),
                ('fault', models.CharField(blank=True, default='', max_length=64)),
                ('run', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='state_changes', to='brokers.connection')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
            ],
            options={
                'db_table': 'connection_state_change',
                'abstract': False,
                'base_manager_name': 'all_projects',
                'default_manager_name': 'all_projects',
                'indexes': [models.Index(fields=['connection', '-at'], name='state_change_history')],
            },
            managers=[
                ('all_projects', django.db.models.manager.Manager()),
            ],
        ),
    ]
