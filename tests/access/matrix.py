"""What every address answers, by role, for the own and for a foreign organisation.

A URL name without an entry fails the test. `Rule.roles` are the roles whose right it is; the others are refused (403)
with a reason. `scope` says what a foreign organisation meets: nothing of its own is missing ("any"), the programme of
another area (404), the record of others (404), or what only the organisation that runs the portal may (403).
"""

from dataclasses import dataclass
from typing import Literal

from portal.identity.roles import Role

EVERYBODY = frozenset(Role)
REGISTERING = frozenset({Role.HUB_ADVISER, Role.ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER})
READING = REGISTERING | {Role.MUNICIPAL_OFFICER, Role.HUB_CONTROLLER, Role.DATA_STEWARD, Role.PROGRAMME_LEAD}
MANAGING = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER})
HISTORY = frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR})
LOGS = frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER})
OPERATING = frozenset({Role.ADMINISTRATOR})
SEEING_MEMBERS = frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR})
# Whose organisation is another than the KKR's, in which the deputy of the test stands in.
OUTSIDE_KKR = EVERYBODY - {
    Role.KKR_VIEWER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD, Role.AUDITOR
}  # fmt: skip
OBSERVING = frozenset({Role.HUB_CONTROLLER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.DATA_STEWARD})
# Answers one by one: who opens registrations, and who registers them (the series is the KKR's).
READING_ANSWERS = READING | {Role.AUDITOR, Role.KKR_SECRETARIAT}
CONTRACTING = frozenset({Role.KKR_SECRETARIAT})
RECOMMENDING = frozenset({Role.HUB_CONTROLLER})
PROTECTING = frozenset({Role.DATA_PROTECTION_OFFICER})

# Money: its officers register it, its budget officers change budgets and book; who was paid is the keeper's to see.
# See the municipality's money, and are told that it is the municipality's.
KEEP_OTHER_MONEY = frozenset({Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER})
MONEY = frozenset(
    {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER, Role.KKR_SECRETARIAT, Role.PROGRAMME_LEAD, Role.HUB_CONTROLLER}
)
BUDGETING = frozenset({Role.BUDGET_OFFICER, Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER})
SEEING_VOUCHERS = MONEY | {Role.AUDITOR}
# The pool is Aalborg Kommune's.
NOT_THE_KEEPER = SEEING_VOUCHERS - {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER}
CONTRIBUTING = MONEY | REGISTERING
# Neither the partner's own (the jobcentre, and the municipality it is a part of) nor the plan's (the KKR).
OUTSIDE_ENTRY = frozenset({
    Role.HUB_CONTROLLER, Role.HUB_ADVISER, Role.EDUCATION_PARTNER, Role.UNEMPLOYMENT_FUND_PARTNER
})  # fmt: skip
DEFINING = frozenset({Role.KKR_SECRETARIAT, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD, Role.MUNICIPAL_OFFICER})

NOT_LEADING = REGISTERING - {Role.HUB_ADVISER} | {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER}
LEADING = DEFINING | REGISTERING | {Role.BUDGET_OFFICER}

Scope = Literal["any", "programme", "record", "operator"]


@dataclass(frozen=True)
class Rule:
    """`answers` are the statuses of somebody who may; `anonymous` those of somebody who has not signed in."""

    roles: frozenset[Role] = EVERYBODY
    scope: Scope = "any"
    method: str = "get"
    answers: tuple[int, ...] = (200,)
    anonymous: tuple[int, ...] = (302,)
    # Roles that have the right but whose own organisation has no part in the record.
    no_part: frozenset[Role] = frozenset()
    # Roles that see the place, and are told why they do not see what is in it.
    told: frozenset[Role] = frozenset()
    query: str = ""


def public(**given: object) -> Rule:
    return Rule(anonymous=(200,), **given)  # type: ignore[arg-type]


def api(**given: object) -> Rule:
    return Rule(anonymous=(401,), **given)  # type: ignore[arg-type]


# The programme lead has the right to read matches, but sees those of the own organisation only, as everybody does.
NO_PART = frozenset({Role.PROGRAMME_LEAD})

RULES: dict[str, Rule] = {
    # Funding sources are open to the area; who was paid only to the organisation whose money it is.
    "programmes:budget": Rule(),
    "programmes:budget_years": Rule(),
    "programmes:budget_figure": Rule(),
    "programmes:cost_per_match": Rule(),
    "programmes:budget_year": Rule(),
    "programmes:half_year": Rule(),
    "programmes:budget_changes": Rule(),
    "programmes:budget_change": Rule(scope="programme"),
    "programmes:budget_adopt": Rule(roles=BUDGETING),
    "programmes:budget_supplement": Rule(roles=BUDGETING),
    "programmes:budget_transfer": Rule(roles=BUDGETING),
    "programmes:budget_transfer_lines": Rule(roles=BUDGETING),
    "programmes:budget_carry_over": Rule(roles=BUDGETING),
    "programmes:budget_take_back": Rule(roles=BUDGETING, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:expected": Rule(roles=BUDGETING, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:year_close": Rule(roles=BUDGETING),
    "programmes:decisions": Rule(),
    "programmes:decision": Rule(scope="programme"),
    "programmes:decision_new": Rule(roles=MONEY),
    "programmes:decision_change": Rule(roles=MONEY, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:bodies": Rule(),
    "programmes:body": Rule(scope="programme"),
    "programmes:body_new": Rule(roles=MONEY),
    "programmes:body_change": Rule(roles=MONEY, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:price_indices": Rule(),
    "programmes:price_index_new": Rule(roles=BUDGETING),
    "programmes:sources": Rule(),
    "programmes:source": Rule(scope="programme"),
    "programmes:source_new": Rule(roles=MONEY),
    "programmes:source_change": Rule(roles=MONEY, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:account_new": Rule(roles=MONEY, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:account_remove": Rule(roles=MONEY, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:amount": Rule(scope="programme"),
    "programmes:amount_new": Rule(roles=MONEY),
    "programmes:amount_withdraw": Rule(roles=MONEY, scope="programme", answers=(200, 403), told=KEEP_OTHER_MONEY),
    "programmes:commitments": Rule(roles=SEEING_VOUCHERS),
    "programmes:commitment": Rule(roles=SEEING_VOUCHERS, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:commitment_new": Rule(roles=MONEY),
    "programmes:commitment_change": Rule(roles=MONEY, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:commitment_close": Rule(roles=MONEY, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:vouchers": Rule(roles=SEEING_VOUCHERS),
    "programmes:voucher": Rule(roles=SEEING_VOUCHERS, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:voucher_new": Rule(roles=BUDGETING),
    "programmes:voucher_withdraw": Rule(roles=BUDGETING, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:spending_upload": Rule(roles=BUDGETING),
    "programmes:spending_preview": Rule(roles=BUDGETING, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:spending_columns": Rule(roles=BUDGETING, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:reconciliations": Rule(roles=SEEING_VOUCHERS),
    "programmes:reconciliation": Rule(roles=SEEING_VOUCHERS, scope="record", no_part=NOT_THE_KEEPER),
    "programmes:reconciliation_new": Rule(roles=BUDGETING),
    # The frame
    "sign_in": Rule(answers=(302,), anonymous=(200,)),
    "sign_off": Rule(method="post", answers=(302,)),
    "signed_off": public(),
    "second_step": Rule(answers=(302,)),
    "recovery_step": Rule(answers=(302,)),
    "signed_in_again": Rule(),
    "session_state": public(),
    "session_stay": Rule(method="post", anonymous=(401,)),
    "forgotten_password": public(),
    "link_sent": public(),
    # Without a link that holds there is no password to choose.
    "new_password": Rule(answers=(410,), anonymous=(410,)),
    "set_password": Rule(answers=(302,)),
    # One's own, whoever one is.
    "account": Rule(),
    "change_password": Rule(),
    "second_factor": Rule(),
    "recovery_codes": Rule(answers=(200, 302)),
    "end_others": Rule(method="post", answers=(302,)),
    "set_language": Rule(method="post", answers=(302,), anonymous=(302,)),
    "security_txt": public(),
    "robots_txt": public(),
    "csp_report": Rule(method="post", answers=(415,), anonymous=(415,)),
    "accessibility_statement": public(),
    "privacy": public(),
    "components": public(),
    "healthz": Rule(answers=(200, 503), anonymous=(200, 503)),
    # One's own drafts and nobody else's; without a form there is nothing to keep.
    "drafts": Rule(),
    "draft_keep": Rule(roles=EVERYBODY - {Role.AUDITOR}, method="post", answers=(400,)),
    "draft_throw_away": Rule(roles=EVERYBODY - {Role.AUDITOR}, method="post", answers=(302,)),
    # The trail: what a foreign auditor sees are other lines; a change made elsewhere is not there.
    "audit:changes": Rule(roles=HISTORY),
    "audit:change": Rule(roles=HISTORY, scope="programme"),
    "audit:openings": Rule(roles=LOGS),
    "audit:exports": Rule(roles=LOGS),
    "audit:purpose": Rule(),
    "operations": Rule(roles=OPERATING, scope="operator"),
    "operations_run_again": Rule(roles=OPERATING, scope="operator", method="post", answers=(302, 400, 404)),
    # Members: each organisation's administrator sees and changes the own ones; the hub's adviser is the one looked at.
    "members": Rule(roles=SEEING_MEMBERS),
    "member": Rule(roles=SEEING_MEMBERS, scope="record", no_part=frozenset({Role.AUDITOR})),
    "member_invite": Rule(roles=OPERATING),
    "member_change": Rule(roles=OPERATING, scope="record"),
    "member_end": Rule(roles=OPERATING, scope="record"),
    "member_reset_app": Rule(roles=OPERATING, scope="record"),
    "invitation": Rule(anonymous=(200,)),
    "invitation_again": Rule(roles=OPERATING, scope="record", method="post", answers=(302,)),
    "invitation_withdraw": Rule(roles=OPERATING, scope="record", method="post", answers=(302,)),
    "my_account": Rule(),
    "switch_role": Rule(method="post", answers=(302,)),
    "roles": Rule(),
    "deputies": Rule(),
    "deputy_new": Rule(roles=EVERYBODY - {Role.AUDITOR}),
    # The two concerned and their administrator may; the others of the organisation see it and are told so.
    "deputy_end": Rule(
        roles=EVERYBODY - {Role.AUDITOR}, scope="record", method="post", answers=(302, 403), no_part=OUTSIDE_KKR
    ),
    "support_begin": Rule(roles=OPERATING, scope="operator"),
    "support_end": Rule(method="post", answers=(302,)),
    "support_views": Rule(roles=frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER}), scope="operator"),
    # API keys: one's own; an administrator also sees those of the own organisation's members.
    "tokens": Rule(roles=EVERYBODY - {Role.AUDITOR}),
    "token_new": Rule(roles=EVERYBODY - {Role.AUDITOR}),
    "token_revoke": Rule(roles=EVERYBODY - {Role.AUDITOR}, scope="record", no_part=EVERYBODY - {Role.ADVISER}),
    # Plans: everybody of the area reads; officers write in those of their own organisation, and the others are told so.
    "programmes:plans": Rule(),
    "programmes:initiatives": Rule(),
    **{
        f"programmes:{name}": Rule(scope="programme")
        for name in ("plan", "plan_matrix", "plan_file", "area", "initiative", "initiative_money")
    },
    "programmes:plan_new": Rule(roles=DEFINING),
    **{
        f"programmes:{name}": Rule(roles=DEFINING, scope="programme", answers=(200, 403))
        for name in (
            "plan_change",
            "plan_read",
            "area_new",
            "area_change",
            "area_effects",
            "area_links",
            "area_scores",
            "area_background",
            "plan_background",
            "cluster_new",
            "cluster_change",
            "cluster_remove",
            "initiative_new",
            "initiative_change",
        )
    },
    # The plan's owner and the organisation that leads: here the KKR and the hub.
    "programmes:initiative_milestones": Rule(roles=LEADING, scope="programme", told=NOT_LEADING),
    "programmes:initiative_status": Rule(roles=LEADING, scope="programme", told=NOT_LEADING),
    # One's own lists.
    "programmes:list_save": Rule(roles=EVERYBODY - {Role.AUDITOR}, method="post", answers=(400,)),
    "programmes:list_remove": Rule(
        roles=EVERYBODY - {Role.AUDITOR},
        scope="record",
        method="post",
        answers=(302,),
        no_part=EVERYBODY - {Role.KKR_SECRETARIAT},
    ),
    # Matching
    "matching:list": Rule(roles=READING),
    "matching:log": Rule(roles=REGISTERING),
    "matching:company_search": Rule(roles=REGISTERING, query="company=lim"),
    "matching:detail": Rule(roles=READING, scope="record", no_part=NO_PART),
    "matching:receipt": Rule(roles=READING, scope="record", no_part=NO_PART),
    # Only the person who registered it may undo it; the others that see it are told so.
    "matching:undo": Rule(roles=REGISTERING, scope="record", answers=(200, 403)),
    # Reporting
    "home": Rule(answers=(200, 302)),
    "reporting:dashboard": Rule(scope="programme"),
    "reporting:figure": Rule(scope="programme"),
    "reporting:programme_targets": Rule(scope="programme"),
    # Targets and distribution keys: everybody of the area reads, officers write.
    "reporting:targets": Rule(scope="programme"),
    "reporting:target": Rule(scope="programme"),
    "reporting:target_new": Rule(roles=MANAGING, scope="programme"),
    "reporting:target_change": Rule(roles=MANAGING, scope="programme"),
    "reporting:target_withdraw": Rule(roles=MANAGING, scope="programme"),
    "reporting:keys": Rule(scope="programme"),
    "reporting:key": Rule(scope="programme"),
    "reporting:key_new": Rule(roles=MANAGING, scope="programme"),
    "reporting:key_propose": Rule(roles=MANAGING, scope="programme"),
    "reporting:key_move": Rule(roles=MANAGING, scope="programme"),
    "reporting:key_approve": Rule(roles=MANAGING, scope="programme"),
    "reporting:key_reject": Rule(roles=MANAGING, scope="programme"),
    # A municipality's own split is seen by itself, its jobcentre and its business office; for others it is not there.
    "reporting:key_split": Rule(
        scope="record", no_part=EVERYBODY - {Role.MUNICIPAL_OFFICER, Role.BUDGET_OFFICER, Role.ADVISER}
    ),
    "reporting:indicators": Rule(),
    "reporting:indicator": Rule(scope="programme"),
    "reporting:indicator_facts": Rule(scope="programme"),
    "reporting:indicator_new": Rule(roles=DEFINING),
    # Its owner's to change and to withdraw; the others that see it are told so.
    "reporting:indicator_change": Rule(roles=DEFINING, scope="programme", answers=(200, 403)),
    "reporting:indicator_withdraw": Rule(roles=DEFINING, scope="programme", answers=(200, 403)),
    # Contracts: everybody of the area reads, the KKR secretariat makes and decides, the erhvervshus recommends.
    "reporting:contracts": Rule(),
    "reporting:contract": Rule(scope="programme"),
    "reporting:goal": Rule(scope="programme"),
    "reporting:goal_versions": Rule(scope="programme"),
    "reporting:contract_new": Rule(roles=CONTRACTING),
    **{
        f"reporting:{name}": Rule(roles=CONTRACTING, scope="programme")
        for name in (
            "contract_edit",
            "contract_sign",
            "contract_close",
            "contract_copy",
            "contract_decide",
            "contract_new_goal",
            "goal_edit",
            "goal_amend",
            "goal_exclude",
            "goal_decide",
            "goal_evidence",
            "goal_to_library",
            "library_take_out",
        )
    },
    # The library: everybody reads the goals of the own area and the national ones.
    "reporting:library": Rule(),
    "reporting:library_goal": Rule(scope="programme"),
    "reporting:contract_recommend": Rule(roles=RECOMMENDING, scope="programme"),
    "reporting:goal_recommend": Rule(roles=RECOMMENDING, scope="programme"),
    "reporting:contract_facts": Rule(scope="programme"),
    "reporting:contract_compare": Rule(scope="programme"),
    "reporting:contract_sealed": Rule(scope="programme"),
    "sealed_figure": Rule(scope="programme"),
    # Series and statistics. The series is the KKR's: the hub's controller sees it and may not write in it.
    "reporting:series_list": Rule(),
    "reporting:series": Rule(scope="programme"),
    "reporting:series_make": Rule(roles=OBSERVING),
    "reporting:observation": Rule(scope="programme", no_part=EVERYBODY - READING_ANSWERS),
    "reporting:observation_register": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:observation_correct": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:observation_withdraw": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    # Not the programme lead who assessed it, but anybody else with the right in the area.
    "reporting:observation_confirm": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:absence_say": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:absence_take_back": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:upload": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:upload_preview": Rule(roles=OBSERVING, scope="programme", answers=(200, 403)),
    "reporting:statistics": Rule(),
    "reporting:statistics_import": Rule(roles=OBSERVING),
    # Only the one who uploaded the file.
    "reporting:statistics_preview": Rule(roles=OBSERVING, scope="programme", answers=(200, 404)),
    # Protection of small numbers: everybody reads what was decided, the data protection officer decides.
    "reporting:disclosure": Rule(),
    "reporting:disclosure_measure": Rule(),
    "reporting:disclosure_publish": Rule(roles=PROTECTING, scope="operator", method="post", answers=(400,)),
    "reporting:series_numbers": Rule(scope="programme"),
    # Scenarios, co-financing, eligibility: everybody of the area reads; the plan and the source are the KKR's.
    "programmes:scenario_list": Rule(),
    "programmes:scenarios_new": Rule(roles=MONEY),
    "programmes:scenarios": Rule(scope="programme"),
    "programmes:scenarios_change": Rule(roles=MONEY, scope="programme", answers=(200, 403)),
    "programmes:scenarios_remove": Rule(roles=MONEY, scope="programme", answers=(200, 403)),
    "programmes:cofinancing": Rule(),
    "programmes:cofinancing_source": Rule(scope="programme"),
    "programmes:contribution_new": Rule(roles=MONEY, scope="programme"),
    "programmes:contribution": Rule(scope="programme"),
    "programmes:contribution_change": Rule(roles=MONEY, scope="programme", answers=(200, 403)),
    "programmes:contribution_withdraw": Rule(roles=MONEY, scope="programme", answers=(200, 403)),
    # The partner's own people register; the others that see it are told so.
    "programmes:contribution_register": Rule(roles=CONTRIBUTING, scope="programme", answers=(200, 403)),
    "programmes:contribution_entry": Rule(roles=CONTRIBUTING, scope="record", no_part=OUTSIDE_ENTRY),
    "programmes:eligibility": Rule(),
    "programmes:eligibility_say": Rule(roles=MONEY),
    # Joint experiments and catalogues of measures: everybody of the area reads, the owner's planners write.
    "programmes:experiments": Rule(),
    "programmes:measures": Rule(),
    **{f"programmes:{name}": Rule(scope="programme") for name in ("scheme", "experiment", "catalogue", "measure")},
    "programmes:scheme_new": Rule(roles=DEFINING),
    "programmes:catalogue_new": Rule(roles=DEFINING),
    **{
        f"programmes:{name}": Rule(roles=DEFINING, scope="programme", answers=(200, 403))
        for name in (
            "scheme_change",
            "scheme_remove",
            "letter_new",
            "letter_change",
            "letter_remove",
            "experiment_new",
            "experiment_change",
            "experiment_remove",
            "effect_new",
            "effect_change",
            "effect_remove",
            "catalogue_change",
            "catalogue_remove",
            "catalogue_read",
            "measure_new",
            "measure_change",
            "measure_remove",
        )
    },
    # API
    "api_experiment_schemes": api(),
    "api_experiment_scheme": api(scope="programme"),
    "api_experiments": api(),
    "api_experiment": api(scope="programme"),
    "api_measure_catalogues": api(),
    "api_measure_catalogue": api(scope="programme"),
    "api_catalogue_measures": api(),
    "api_catalogue_measure": api(scope="programme"),
    "api_programmes": api(),
    "api_programme": api(scope="programme"),
    "api_focus_areas": api(),
    "api_focus_area": api(scope="programme"),
    # Without a body: what is missing is said to those who may.
    **{
        f"api_{name}": api(roles=DEFINING, scope="programme", method="post", answers=(400, 403))
        for name in (
            "programme_background",
            "area_effects",
            "area_links",
            "area_scores",
            "area_background",
            "area_clusters",
        )
    },
    "api_cluster": api(roles=DEFINING, scope="programme", method="post", answers=(200, 403)),
    # 404: the one before has removed it.
    "api_cluster_remove": api(roles=DEFINING, scope="programme", method="post", answers=(200, 403, 404)),
    "api_initiatives": api(),
    "api_initiative": api(scope="programme"),
    # Without a body: what is missing is said to those who may.
    "api_initiative_change": api(roles=DEFINING, scope="programme", method="post", answers=(200, 403)),
    "api_initiative_status": api(roles=LEADING, scope="programme", method="post", answers=(400, 403)),
    "api_initiative_milestones": api(roles=LEADING, scope="programme", method="post", answers=(400,), told=NOT_LEADING),
    "api_companies": api(roles=READING),
    "api_company": api(roles=READING),
    "api_match_types": api(),
    "api_work_areas": api(),
    "api_matches": api(roles=READING),
    "api_match": api(roles=READING, scope="record", no_part=NO_PART),
    "api_match_undo": api(roles=REGISTERING, scope="record", method="post", answers=(200, 403)),
    "api_figures": api(scope="programme"),
    "api_figure": api(scope="programme"),
    # The auditor reads answers and deliveries one by one; of matches none is the auditor's to open.
    "api_facts": api(roles=READING | {Role.AUDITOR}, scope="programme"),
    "api_indicators": api(),
    "api_indicator": api(scope="programme"),
    "api_contracts": api(),
    "api_contract_attainment": api(scope="programme"),
    "api_contract_comparison": api(scope="programme"),
    "api_contract_facts": api(roles=READING | {Role.AUDITOR}, scope="programme"),
    "api_series": api(),
    "api_series_numbers": api(scope="programme"),
    "api_observations": api(scope="programme", told=EVERYBODY - READING_ANSWERS),
    "api_observation": api(scope="programme", no_part=EVERYBODY - READING_ANSWERS),
    # Without a body: what is missing is said to those who may.
    "api_observations_many": api(roles=OBSERVING, scope="programme", method="post", answers=(400, 403)),
    "api_observation_correct": api(roles=OBSERVING, scope="programme", method="post", answers=(400, 403)),
    "api_observation_withdraw": api(roles=OBSERVING, scope="programme", method="post", answers=(400, 403)),
    # Money is open in the area, and its keeper's to change: the others that see it are told so.
    "api_funding_sources": api(),
    "api_funding_source": api(scope="programme"),
    "api_funding_source_balance": api(scope="programme"),
    "api_source_accounts": api(roles=MONEY, scope="programme", method="post", answers=(400, 403)),
    "api_account_remove": api(roles=MONEY, scope="programme", method="post", answers=(200, 403, 404)),
    "api_amounts": api(),
    "api_amount": api(scope="programme"),
    "api_amount_withdraw": api(roles=MONEY, scope="programme", method="post", answers=(400, 403)),
    "api_decisions": api(),
    "api_decision": api(scope="programme"),
    "api_deciding_bodies": api(),
    "api_budget": api(),
    "api_budget_changes": api(),
    "api_budget_change": api(scope="programme"),
    "api_budget_change_take_back": api(roles=BUDGETING, scope="programme", method="post", answers=(400, 403)),
    "api_commitments": api(roles=SEEING_VOUCHERS),
    "api_commitment": api(roles=SEEING_VOUCHERS, scope="record", no_part=NOT_THE_KEEPER),
    "api_commitment_close": api(roles=MONEY, scope="record", method="post", answers=(400,), no_part=NOT_THE_KEEPER),
    "api_vouchers": api(roles=SEEING_VOUCHERS),
    "api_voucher": api(roles=SEEING_VOUCHERS, scope="record", no_part=NOT_THE_KEEPER),
    "api_voucher_withdraw": api(roles=BUDGETING, scope="record", method="post", answers=(400,), no_part=NOT_THE_KEEPER),
    "api_expected_outturns": api(),
    "api_reconciliations": api(),
    "api_year_closings": api(),
    "api_scenario_sets": api(),
    "api_scenario_set": api(scope="programme"),
    "api_contributions": api(),
    "api_contribution": api(scope="programme"),
    # Single registrations: of the partner's own people and the plan's; the others are told so.
    "api_contribution_entries": api(
        roles=CONTRIBUTING,
        scope="programme",
        answers=(200, 403),
        told=OUTSIDE_ENTRY,  # 403: another municipality's
    ),
    # Without a body: what is missing is said to those who may.
    "api_contribution_decide": api(
        roles=MONEY, scope="record", method="post", answers=(400, 403), no_part=frozenset({Role.HUB_CONTROLLER})
    ),
    "api_eligibility": api(),
    "api_schema": public(),
    "api_docs": public(),
    "api_problem": public(),
    "api_unknown": Rule(answers=(404,), anonymous=(404,)),
}
