"""The walks are called onboardings and the inquiries AWS queries: names only, no table changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables and columns keep their names, so that nothing is written."""

    dependencies = [("brokers", "0003_periodic_task")]

    operations = [
        migrations.RenameModel("MskSetup", "MskOnboarding"),
        migrations.RenameModel("AwsInquiry", "AwsQuery"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("AwsQuery", "aws_inquiry_of_setup"),
                migrations.AlterField(
                    "AwsQuery",
                    "setup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        null=True,
                        related_name="queries",
                        db_column="setup_id",
                        to="brokers.mskonboarding",
                    ),
                ),
                migrations.RenameField("AwsQuery", "setup", "onboarding"),
                migrations.AlterField(
                    "AwsQuery", "asked", models.JSONField(default=dict, db_column="asked")
                ),
                migrations.RenameField("AwsQuery", "asked", "parameters"),
                migrations.AddIndex(
                    "AwsQuery",
                    models.Index(
                        fields=["onboarding", "kind", "-queued_at"], name="aws_inquiry_of_setup"
                    ),
                ),
                migrations.AlterField(
                    "AwsQuery",
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="queries",
                        to="brokers.awsaccount",
                    ),
                ),
                migrations.AlterField(
                    "AwsQuery",
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        null=True,
                        related_name="queries",
                        to="brokers.connection",
                    ),
                ),
                migrations.AlterField(
                    "MskOnboarding",
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.SET_NULL,
                        null=True,
                        related_name="onboardings",
                        to="brokers.awsaccount",
                    ),
                ),
                migrations.AlterField(
                    "MskOnboarding",
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.SET_NULL,
                        null=True,
                        related_name="onboardings",
                        to="brokers.connection",
                    ),
                ),
            ]
        ),
    ]
