"""What of programmes' tables belongs together in the trail, and who may read of whom money went to."""

from django.db.models import QuerySet

from portal.audit.recording import about_people, guard, leave_out, part_of
from portal.identity.actor import Actor
from portal.identity.rights import may
from programmes.models import Commitment, ContributionEntry, Person, SavedList, Voucher
from programmes.rights import REGISTER_COFINANCING, VIEW_VOUCHERS

part_of("programmes_programme", "programmes_partnerrole", "programme_id")
part_of("programmes_programme", "programmes_activity", "programme_id")
part_of("programmes_programme", "programmes_focusarea", "programme_id")
part_of("programmes_programme", "programmes_criterion", "programme_id")
part_of("programmes_programme", "programmes_effectindicator", "programme_id")
part_of("programmes_programme", "programmes_backgroundfact", "programme_id")
part_of("programmes_focusarea", "programmes_backgroundfact", "focus_area_id")
part_of("programmes_focusarea", "programmes_focusarealink", "area_id")
part_of("programmes_focusarea", "programmes_cluster", "focus_area_id")
part_of("programmes_focusarea", "programmes_criterionscore", "focus_area_id")
part_of("programmes_focusarea", "programmes_expectedeffect", "focus_area_id")
part_of("programmes_activity", "programmes_initiativearea", "initiative_id")
part_of("programmes_activity", "programmes_initiativepartner", "initiative_id")
part_of("programmes_activity", "programmes_initiativeitem", "initiative_id")
part_of("programmes_activity", "programmes_initiativestatus", "initiative_id")
part_of("programmes_activity", "programmes_milestone", "initiative_id")
part_of("programmes_fundingsource", "programmes_account", "funding_source_id")
part_of("programmes_fundingsource", "programmes_amount", "funding_source_id")
part_of("programmes_fundingsource", "programmes_budgetcell", "funding_source_id")
part_of("programmes_amount", "programmes_amountline", "amount_id")
part_of("programmes_budgetchange", "programmes_budgetline", "change_id")
part_of("programmes_budgetcell", "programmes_budgetline", "cell_id")
part_of("programmes_budgetcell", "programmes_commitment", "cell_id")
part_of("programmes_budgetcell", "programmes_voucher", "cell_id")
part_of("programmes_budgetcell", "programmes_expectedoutturn", "cell_id")
part_of("programmes_commitment", "programmes_voucher", "commitment_id")
part_of("programmes_decidingbody", "programmes_delegation", "body_id")
part_of("programmes_decidingbody", "programmes_decision", "body_id")
part_of("programmes_programme", "programmes_scenarioset", "programme_id")
part_of("programmes_activity", "programmes_scenarioset", "initiative_id")
part_of("programmes_scenarioset", "programmes_scenarioline", "scenario_set_id")
part_of("programmes_scenarioset", "programmes_scenario", "scenario_set_id")
part_of("programmes_fundingsource", "programmes_contribution", "funding_source_id")
part_of("programmes_contribution", "programmes_contributionyear", "contribution_id")
part_of("programmes_contribution", "programmes_contributionentry", "contribution_id")
part_of("programmes_fundingsource", "programmes_eligibility", "funding_source_id")
part_of("programmes_experimentscheme", "programmes_schememunicipality", "scheme_id")
part_of("programmes_experimentscheme", "programmes_schemeletter", "scheme_id")
part_of("programmes_experimentscheme", "programmes_experiment", "scheme_id")
part_of("programmes_experiment", "programmes_experimentmunicipality", "experiment_id")
part_of("programmes_experiment", "programmes_effectclaim", "experiment_id")
part_of("programmes_experiment", "programmes_experimentcase", "experiment_id")
part_of("programmes_measurecatalogue", "programmes_cataloguetheme", "catalogue_id")
part_of("programmes_cataloguetheme", "programmes_cataloguemeasure", "theme_id")
# What the database makes of the name, to sort and to search by.
for _table in ("programmes_fundingsource",):
    leave_out(_table, "sort_key", "folded_name")
leave_out("programmes_account", "digits")


# Sole traders and people who got a grant are named there.
about_people("programmes_commitment", "commitment")
about_people("programmes_voucher", "voucher")
guard("programmes_commitment", Commitment.objects.visible_to)
guard("programmes_voucher", Voucher.objects.visible_to)
guard("programmes_savedlist", SavedList.objects.visible_to)


def _entries(actor: Actor) -> QuerySet[ContributionEntry]:
    """As `cofinancing.may_see_entries`: the role is asked as well as the organisation."""
    if not (may(actor, REGISTER_COFINANCING) or may(actor, VIEW_VOUCHERS)):
        return ContributionEntry.objects.none()
    return ContributionEntry.objects.visible_to(actor)


guard("programmes_contributionentry", _entries)
part_of("programmes_programme", "programmes_decidingbody", "programme_id")
part_of("programmes_decidingbody", "programmes_seat", "body_id")
part_of("programmes_decidingbody", "programmes_mandate", "body_id")
part_of("programmes_decidingbody", "programmes_recommendation", "body_id")
part_of("programmes_decidingbody", "programmes_meeting", "body_id")
part_of("programmes_decidingbody", "programmes_followup", "body_id")
part_of("programmes_seat", "programmes_appointment", "seat_id")
part_of("programmes_person", "programmes_appointment", "person_id")
part_of("programmes_mandate", "programmes_mandateitem", "mandate_id")
part_of("programmes_meeting", "programmes_agendaitem", "meeting_id")
part_of("programmes_meeting", "programmes_decision", "meeting_id")
part_of("programmes_meeting", "programmes_followup", "meeting_id")
part_of("programmes_decision", "programmes_followup", "decision_id")
part_of("programmes_recommendation", "programmes_followup", "recommendation_id")
leave_out("programmes_person", "sort_key", "folded_name")
# People in public offices: who opens the record of one, or its trail, is noted.
about_people("programmes_person", "person")
guard("programmes_person", Person.objects.visible_to)
