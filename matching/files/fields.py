"""The fields of a match that a spreadsheet's columns are matched with."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.tabular.cells import read_day, read_text, text_of
from portal.tabular.mapping import Field

PURPOSE = "matches"
LONGEST_REASON = 300


def _read_reason(cell: Any) -> str:
    text = read_text(cell)
    if len(text) > LONGEST_REASON:
        raise ValueError(_("Write at most %(most)s characters.") % {"most": LONGEST_REASON})
    return text


def _read_number(cell: Any) -> int:
    text = text_of(cell)
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError(_("Write a whole number."))
    return int(text)


FIELDS = (
    Field("company", gettext_lazy("Company"), read_text, required=False, blank="",
          synonyms=("virksomhed", "virksomhedsnavn", "virksomhedens navn", "firma", "firmanavn", "navn på virksomhed",
                    "arbejdsgiver", "navn", "company name", "employer", "company")),
    Field("cvr", gettext_lazy("CVR number"), text_of, required=False, blank="",
          synonyms=("cvr", "cvr-nr.", "cvr-nr", "cvr nr.", "cvr nr", "cvrnr", "cvr.nr.", "cvr-nummer", "cvr nummer",
                    "cvrnummer", "se-nr.", "vat", "vat number")),
    Field("match_type", gettext_lazy("Match type"), read_text,
          synonyms=("matchtype", "type", "type match", "type af match", "match", "forløbstype", "ordning", "art",
                    "ansættelsesform", "type of match")),
    Field("agreed_on", gettext_lazy("Agreed on"), read_day,
          synonyms=("aftalt", "aftalt den", "aftaledato", "dato", "dato for match", "matchdato", "dato for aftale",
                    "registreringsdato", "startdato", "start", "date", "agreed")),
    Field("municipality", gettext_lazy("Place of work"), read_text, required=False, blank="",
          synonyms=("arbejdssted", "arbejdsstedskommune", "kommune", "virksomhedens kommune", "beliggenhedskommune",
                    "kommunenavn", "kommunekode", "sted", "municipality")),
    Field("p_number", gettext_lazy("P-number"), text_of, required=False, blank="",
          synonyms=("p-nr.", "p-nr", "p nr.", "p nr", "pnr", "p-nummer", "p nummer", "pnummer", "p-enhed", "penhed",
                    "p-enhedsnummer", "produktionsenhed", "production unit"),
          help_text=gettext_lazy("The municipality follows from it, where the register knows the place."),
          other_numbers=True),
    Field("work_area", gettext_lazy("Work area"), read_text, required=False, blank="",
          synonyms=("arbejdsområde", "fagområde", "område", "jobområde", "stillingsområde", "work area"),
          help_text=gettext_lazy("Without it, the one that you choose for the whole file.")),
    Field("created_by", gettext_lazy("Created by"), read_text, required=False, blank="",
          synonyms=("skaber", "matchskaber", "oprettet af", "skabt af", "partner", "ansvarlig", "organisation",
                    "enhed", "created by"),
          help_text=gettext_lazy("Without it, the one that you choose for the whole file.")),
    Field("assisted_by", gettext_lazy("Others who assisted"), read_text, required=False, blank="",
          synonyms=("medvirkende", "andre medvirkende", "andre der medvirkede", "samarbejdspartner",
                    "samarbejdspartnere", "assisted by"),
          help_text=gettext_lazy("Several between semicolons.")),
    Field("on_behalf_of", gettext_lazy("On behalf of"), read_text, required=False, blank="",
          synonyms=("på vegne af", "på vegne", "on behalf of")),
    Field("attested_by", gettext_lazy("Who said so"), read_text, required=False, blank="",
          synonyms=("oplyst af", "kilde", "attesteret af", "said by"),
          help_text=gettext_lazy("For rows on behalf of somebody.")),
    Field("attested_on", gettext_lazy("Said on"), read_day, required=False,
          synonyms=("oplyst den", "attesteret den", "said on")),
    Field("activity", gettext_lazy("Activity"), read_text, required=False, blank="",
          synonyms=("aktivitet", "aktivitetsnr.", "aktivitetsnummer", "initiativ", "activity")),
    Field("event", gettext_lazy("Event"), read_text, required=False, blank="",
          synonyms=("arrangement", "begivenhed", "børs", "messe", "event")),
    Field("starts_on", gettext_lazy("Starts on"), read_day, required=False,
          synonyms=("starter", "starter den", "forløbets start", "ansættelsesstart", "periode fra", "starts on")),
    Field("ends_on", gettext_lazy("Ends on"), read_day, required=False,
          synonyms=("slutter", "slutter den", "slutdato", "slut", "forløbets slut", "periode til", "end date")),
    Field("students", gettext_lazy("Number of students"), _read_number, required=False,
          synonyms=("antal studerende", "studerende", "gruppestørrelse", "number of students")),
    Field("education_level", gettext_lazy("Education level"), read_text, required=False, blank="",
          synonyms=("uddannelsesniveau", "niveau", "uddannelseslængde", "education level")),
    Field("scheme", gettext_lazy("Scheme used"), read_text, required=False, blank="",
          synonyms=("brugt ordning", "tilskudsordning", "støtteordning", "scheme")),
    Field("external_key", gettext_lazy("Key in that system"), text_of, required=False, blank="",
          synonyms=("nøgle", "id", "sagsnummer", "sagsnr.", "sags-id", "match-id", "forløbs-id", "opslags-id",
                    "journalnummer", "external key"),
          help_text=gettext_lazy("What tells the rows apart in the system they come from."), other_numbers=True),
    Field("different_reason", gettext_lazy("Why is it another match?"), _read_reason, required=False, blank="",
          synonyms=("hvorfor er det et andet match", "begrundelse", "hvorfor et andet match"),
          help_text=gettext_lazy("For rows that seem to be registered already.")),
)  # fmt: skip
# Where a rule's message stands when the file has the field under another name.
AT: Mapping[str, str] = {"company_name": "company", "company_cvr": "cvr", "company_municipality": "municipality"}


WORDS = (
    "match_type", "municipality", "work_area", "created_by", "on_behalf_of", "assisted_by", "activity", "scheme",
    "education_level",
)  # fmt: skip
DAYS_AND_KEYS = (
    "starts_on", "ends_on", "students", "event", "attested_by", "attested_on", "external_key", "p_number",
)  # fmt: skip
"""What else may be said of a match, besides scheme and education level."""


def needed(columns: Sequence[str]) -> dict[str, str]:
    """What the choice of columns lacks, by field."""
    lacking = {}
    if "company" not in columns and "cvr" not in columns:
        lacking["company"] = _("Choose the column with the company's name, or the one with its CVR number.")
    if "on_behalf_of" in columns and not {"attested_by", "attested_on"} <= set(columns):
        lacking["on_behalf_of"] = _("Choose the columns with who said so, and when, too.")
    return lacking
