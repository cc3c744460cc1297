"""The shapes of figures, for the OpenAPI document. The payload itself is the engine's and is passed on as it is."""

from rest_framework import serializers

from reporting.models import TargetVersion

EXACT = "Exact, as text."


class ShapeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Describes and never reads or writes."""


class RatioSerializer(ShapeSerializer):
    """A fraction as it came about, and its value with ten decimals, half-even."""

    numerator = serializers.CharField(help_text="A whole number, or a fraction such as 1/3.")
    denominator = serializers.CharField()
    exact = serializers.CharField(help_text="Ten decimals. 0.7000000000 is 70 percent.")


class ProgrammeOfFiguresSerializer(ShapeSerializer):
    slug = serializers.CharField()
    heading = serializers.IntegerField(help_text="The heading that the programme's facts lie under.")


class WindowSerializer(ShapeSerializer):
    vars()["from"] = serializers.DateField()  # a word of Python's, so it cannot be written as a name
    to = serializers.DateField()


class WholeSerializer(ShapeSerializer):
    value = serializers.CharField(help_text=EXACT)
    target = serializers.CharField(allow_null=True, help_text="The key of the target for the whole.")


class AlternativeSerializer(ShapeSerializer):
    """What the target would be, and how far it would have come, if this were decided."""

    name = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    expected = RatioSerializer(allow_null=True)
    attainment = RatioSerializer(allow_null=True)
    status = serializers.CharField()


class TargetFigureSerializer(ShapeSerializer):
    """A target as it was known then, and how far it has come."""

    key = serializers.CharField()
    part_of = serializers.CharField(allow_null=True, help_text="The key of the target that it is a part of.")
    measure = serializers.CharField(allow_null=True, help_text="What is counted; null: the target is of an indicator.")
    version = serializers.IntegerField(help_text="The place in the ledger of the version that holds.")
    amount = serializers.CharField(allow_null=True, help_text="Exact, as text; null: no number is stated.")
    amount_to = serializers.CharField(allow_null=True, help_text="The upper end of an interval.")
    in_all = serializers.CharField(allow_null=True, help_text="Of a number per period: for the whole counting.")
    form = serializers.ChoiceField(choices=TargetVersion.Form.values)
    per = serializers.CharField(help_text="Of a number per period: year, half_year, quarter, month.")
    unit = serializers.CharField()
    stated = serializers.CharField(help_text="As the source says it.")
    basis = serializers.ChoiceField(choices=TargetVersion.Basis.values)
    commitment = serializers.ChoiceField(choices=TargetVersion.Commitment.values)
    path = serializers.ChoiceField(choices=TargetVersion.Path.values)
    counted_from = serializers.DateField()
    counted_to = serializers.DateField()
    municipalities = serializers.ListField(child=serializers.CharField())
    excluded_municipalities = serializers.ListField(child=serializers.CharField())
    organisations = serializers.ListField(child=serializers.IntegerField())
    headings = serializers.ListField(child=serializers.IntegerField())
    note = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the target's, not the field's
    value = serializers.CharField(allow_null=True, help_text="What has been counted towards it.")
    expected = RatioSerializer(allow_null=True, help_text="What the path expects by the day.")
    months_passed = serializers.IntegerField(allow_null=True)
    months_total = serializers.IntegerField(allow_null=True)
    attainment = RatioSerializer(allow_null=True, help_text="value over amount.")
    status = serializers.CharField(help_text="Of binding and indicative targets: on_track, slightly_behind, behind.")
    alternatives = AlternativeSerializer(many=True, help_text="What is undecided, and the figures under each.")
    undecided_by = serializers.CharField(help_text="Who decides between the alternatives.")
    undecided_until = serializers.DateField(allow_null=True)


class AccountSerializer(ShapeSerializer):
    """The måltalsregnskab: how parts that overlap add up to the whole."""

    whole = serializers.CharField()
    municipal = serializers.CharField()
    partner = serializers.CharField()
    both = serializers.CharField()
    neither = serializers.CharField()
    municipal_target = serializers.CharField()
    partner_target = serializers.CharField()
    whole_target = serializers.CharField(allow_null=True)
    reason = serializers.CharField(help_text="A code that says why the parts do not add up, if they do not.")


class MunicipalityFigureSerializer(ShapeSerializer):
    code = serializers.CharField(help_text="Four digits, or - where none is given.")
    value = serializers.CharField()
    target_missing = serializers.CharField(
        help_text="Why no target: not_in_source, outside_distribution; empty: it has."
    )
    target = serializers.CharField(allow_null=True, help_text="The key of its target; several places may share one.")


class CellSerializer(ShapeSerializer):
    code = serializers.CharField(help_text="The code or id; - where none is given.")
    value = serializers.CharField(help_text=EXACT)


class MonthFigureSerializer(ShapeSerializer):
    month = serializers.CharField(help_text="YYYY-MM")
    value = serializers.CharField()
    cumulative = serializers.CharField(allow_null=True, help_text="All until then; null for months to come.")
    expected = RatioSerializer(allow_null=True)


class ActivityFigureSerializer(ShapeSerializer):
    heading = serializers.IntegerField()
    number = serializers.CharField()
    value = serializers.CharField()
    targets = serializers.ListField(child=serializers.CharField())


class ImportedSerializer(ShapeSerializer):
    """Imported history that is part of the figures: a cause of change other than what was registered since."""

    name = serializers.CharField()
    origin = serializers.CharField()
    place = serializers.IntegerField()
    facts = serializers.IntegerField()
    learnt_from = serializers.DateField()
    learnt_to = serializers.DateField()


class NamesSerializer(ShapeSerializer):
    """Names to codes, in the language of the request."""

    programme = serializers.CharField()
    measure = serializers.CharField()
    targets = serializers.DictField(child=serializers.CharField())
    municipalities = serializers.DictField(child=serializers.CharField())
    categories = serializers.DictField(child=serializers.CharField())
    organisations = serializers.DictField(child=serializers.CharField())
    activities = serializers.DictField(child=serializers.CharField())


class FiguresSerializer(ShapeSerializer):
    """The figures of a programme. The same as_of and place give the same bytes for ever, computed_at apart."""

    engine = serializers.IntegerField(help_text="The version of the computation.")
    programme = ProgrammeOfFiguresSerializer()
    measure = serializers.CharField()
    as_of = serializers.DateField()
    place = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    window = WindowSerializer()
    whole = WholeSerializer()
    targets = TargetFigureSerializer(many=True)
    account = AccountSerializer(allow_null=True)
    municipalities = MunicipalityFigureSerializer(many=True)
    categories = CellSerializer(many=True)
    organisations = CellSerializer(many=True)
    months = MonthFigureSerializer(many=True)
    activities = ActivityFigureSerializer(many=True)
    imported = ImportedSerializer(many=True)
    names = NamesSerializer()


class FigureCellSerializer(ShapeSerializer):
    code = serializers.CharField()
    value = serializers.CharField(allow_null=True, help_text="Exact, as text; null when hidden.")
    hidden = serializers.BooleanField(help_text="Small, or something small could be worked out from it.")
    last = serializers.CharField(required=False, help_text="Of a hidden number: what it was when it was last shown.")
    last_on = serializers.DateField(required=False, help_text="The day it was last shown for.")


class ProtectionSerializer(ShapeSerializer):
    """How the numbers of a measure that is not open are shown."""

    vars()["class"] = serializers.ChoiceField(choices=["companies", "people"])
    smallest = serializers.IntegerField(help_text="The smallest number, besides zero, that is shown.")
    published = serializers.DateField(allow_null=True, help_text="The day the numbers are of; null: none published.")
    dates = serializers.ListField(child=serializers.DateField(), help_text="The days that as_of may name.")
    crossings = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="The dimensions shown together."
    )


class FigureCellsSerializer(ShapeSerializer):
    by = serializers.CharField()
    rows = FigureCellSerializer(many=True)


class FigureNamesSerializer(NamesSerializer):
    subcategories = serializers.DictField(child=serializers.CharField())
    numbers = serializers.DictField(child=serializers.CharField(), help_text="Of activities.")


class FigureSerializer(ShapeSerializer):
    """One figure. value is its exact number; ratio stands beside it where something was divided."""

    engine = serializers.IntegerField()
    programme = ProgrammeOfFiguresSerializer()
    measure = serializers.CharField()
    as_of = serializers.DateField()
    place = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    query = serializers.DictField(child=serializers.CharField(), help_text="The question as it was understood.")
    value = serializers.CharField(allow_null=True, help_text="Exact, as text.")
    hidden = serializers.BooleanField(help_text="Whether the figure is protected from being shown.")
    ratio = RatioSerializer(allow_null=True)
    months_passed = serializers.IntegerField(required=False)
    months_total = serializers.IntegerField(required=False)
    target = TargetFigureSerializer(allow_null=True)
    cells = FigureCellsSerializer(allow_null=True)
    imported = ImportedSerializer(many=True)
    protected = ProtectionSerializer(allow_null=True, help_text="Of a measure that is not open; else null.")
    names = FigureNamesSerializer()
