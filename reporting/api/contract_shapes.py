"""The shapes of a contract's figures, for the OpenAPI document. The payload itself is the engine's."""

from rest_framework import serializers

from reporting.api.shapes import EXACT, RatioSerializer, ShapeSerializer, WindowSerializer
from reporting.models import GoalVersion


class ScoreSerializer(RatioSerializer):
    shown = serializers.CharField(help_text="As it is shown: rounded once, half up.")


class StatementSerializer(ShapeSerializer):
    """What a party said, as it was said."""

    amount = serializers.CharField(allow_null=True, help_text=EXACT)
    by = serializers.CharField()
    by_id = serializers.IntegerField(allow_null=True)
    on = serializers.DateField()
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the statement's, not the field's
    statement = serializers.IntegerField(help_text="Its place in the ledger.")


class BehindSerializer(ShapeSerializer):
    """How many facts, and where they are listed: `url` for programs, `page` for people."""

    count = serializers.IntegerField()
    url = serializers.CharField()
    page = serializers.CharField()


class LeafSerializer(BehindSerializer):
    leaf = serializers.IntegerField(help_text="Its number: facts of `step`, from the top and from left to right.")
    label = serializers.CharField()  # type: ignore[assignment]  # the leaf's, not the field's
    measure = serializers.CharField()


class ExcludedSerializer(ShapeSerializer):
    reason = serializers.CharField()


class MissingSerializer(ShapeSerializer):
    key = serializers.CharField()
    name = serializers.CharField()
    why = serializers.CharField(help_text="not_delivered, after_deadline, outside_window, failed, or why it is empty.")
    on = serializers.DateField(allow_null=True)


class DeviationSerializer(ShapeSerializer):
    """Evidence from outside the window or after the deadline. It counts only where a decision says so."""

    input = serializers.CharField()
    series = serializers.CharField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    count = serializers.IntegerField()
    why = serializers.CharField(help_text="outside_window or after_deadline")
    deadline = serializers.DateField(allow_null=True)
    accepted = serializers.BooleanField()
    refused = serializers.BooleanField()
    statement = serializers.IntegerField(allow_null=True)
    by = serializers.CharField()
    by_id = serializers.IntegerField(allow_null=True)
    on = serializers.DateField(allow_null=True)
    text = serializers.CharField()


class NearestSerializer(ShapeSerializer):
    score = serializers.CharField()
    threshold = serializers.CharField()
    difference = serializers.CharField()
    wanted = serializers.CharField()


class GoalAttainmentSerializer(ShapeSerializer):
    no = serializers.IntegerField(help_text="The goal's number in the contract.")
    goal = serializers.IntegerField()
    version = serializers.IntegerField(help_text="The place in the ledger of the version that holds.")
    rule = serializers.ChoiceField(choices=[value for value in GoalVersion.Rule.values if value])
    params = serializers.DictField(help_text="The rule's numbers.")
    weight = serializers.IntegerField()
    score = ScoreSerializer(allow_null=True, help_text="Per cent; null: it has none, `outcome` says why.")
    outcome = serializers.CharField(help_text="scored, not_measured, not_measurable, failed, excluded")
    value = serializers.DictField(help_text="What was measured: kind number, truth, absent or failed.")
    unit = serializers.CharField()
    measured_by = serializers.CharField()
    window = WindowSerializer()
    deadline = serializers.DateField(allow_null=True)
    missing_means = serializers.CharField()
    decimals = serializers.IntegerField(allow_null=True)
    least_answers = serializers.IntegerField(allow_null=True)
    excluded = ExcludedSerializer(allow_null=True)
    recommended = StatementSerializer(allow_null=True)
    decided = StatementSerializer(allow_null=True)
    inputs = serializers.ListField(child=serializers.DictField(), help_text="What the rule was given.")
    missing = MissingSerializer(many=True)
    deviations = DeviationSerializer(many=True)
    nearest = NearestSerializer(many=True)
    amended = serializers.DictField(allow_null=True, help_text="Of a goal amended inside the period.")
    versions = serializers.ListField(child=serializers.DictField())
    supplementary = serializers.ListField(child=serializers.DictField(), help_text="Shown beside, never scored.")
    facts = BehindSerializer()
    leaves = LeafSerializer(many=True)
    step = serializers.DictField(help_text="How it came about, down to the facts.")


class LeftOutSerializer(ShapeSerializer):
    no = serializers.IntegerField()
    why = serializers.CharField()
    reason = serializers.CharField()
    weight = serializers.IntegerField()


class CostSerializer(ShapeSerializer):
    """What a goal costs of the 100 points, and what is missing in it."""

    no = serializers.IntegerField()
    points = ScoreSerializer()
    missing = MissingSerializer(many=True)


class AttainmentSerializer(ShapeSerializer):
    engine = serializers.IntegerField(help_text="The version of the computation.")
    contract = serializers.IntegerField()
    period = WindowSerializer()
    as_of = serializers.DateField()
    place = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    fresh = serializers.BooleanField(help_text="Whether everything registered is counted.")
    total = ScoreSerializer(allow_null=True, help_text="The weighted mean of the goals that count, in per cent.")
    total_step = serializers.DictField()
    recommended = StatementSerializer(allow_null=True)
    decided = StatementSerializer(allow_null=True)
    counted = serializers.ListField(child=serializers.IntegerField())
    left_out = LeftOutSerializer(many=True)
    costs = CostSerializer(many=True)
    goals = GoalAttainmentSerializer(many=True)
    names = serializers.DictField(help_text="Names to codes.")
