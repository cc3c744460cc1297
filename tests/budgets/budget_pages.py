"""The ways in which the pages of the budget are asked, for test_queries."""

FORMS = (
    "budget_adopt",
    "budget_supplement",
    "budget_transfer",
    "budget_transfer_lines",
    "budget_carry_over",
    "budget_take_back",
    "expected",
    "year_close",
    "decision_new",
    "decision_change",
    "body_new",
    "body_change",
    "price_index_new",
)
"""Shown to who keeps the money."""

ASKED: dict[str, list[str]] = {
    **{f"programmes:{name}": [""] for name in FORMS},
    "programmes:budget": ["", "source=adgangspuljen&as_of={today}", "export=csv", "export=xlsx"],
    "programmes:budget_years": ["", "prices={year}&as_of={today}", "prices={year}&export=csv"],
    "programmes:budget_figure": [
        "",
        "what=left",
        "what=left&year={year}&source=adgangspuljen&as_of={today}",
        "what=expected&year={year}&until={today}",
        "what=corrected&prices={year}",
    ],
    "programmes:cost_per_match": ["", "as_of={today}"],
    "programmes:budget_year": ["", "as_of={today}"],
    "programmes:half_year": ["", "as_of={today}", "export=csv"],
    "programmes:budget_changes": ["", "kind=original&year={year}&source=adgangspuljen&text=e", "export=csv"],
    "programmes:budget_change": [""],
    "programmes:decisions": ["", "outcome=as_recommended&text=b", "export=csv"],
    "programmes:decision": [""],
    "programmes:bodies": [""],
    "programmes:body": [""],
    "programmes:price_indices": ["", "export=xlsx"],
}
