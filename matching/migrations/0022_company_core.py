"""An index of names without their legal form: a file names companies by thousands, written in any way."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Func, Value


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("matching", "0021_undone_contacts_and_matches")]

    operations = [
        AddIndexConcurrently(
            "company",
            models.Index(
                Func(
                    F("folded_name"),
                    Value(r"\s+(a/s|aps|i/s|k/s|p/s|ivs|amba|fmba|smba|a\.m\.b\.a\.?)\.?$"),
                    Value(""),
                    function="regexp_replace",
                    output_field=models.TextField(),
                ),
                name="company_core",
            ),
        ),
        # Without statistics of the expression a few hundred names are looked for in the whole table.
        migrations.RunSQL("ANALYZE matching_company", migrations.RunSQL.noop),
    ]
