"""The seeded size of the budgets: a region of 11 municipalities, 40 partners and 300 initiatives over five years.

    from tests.bench.seed import Size, build
    build(owner_cursor, Size.of(1_000_000))

Needs the demo area's people and places (`load_demo`). Definitions are made through the portal's own functions, the many
rows by set-based SQL of the tables' owner; afterwards records and ledger agree (`audit_ledger` finds nothing), which
tests/bench/test_seed.py holds. Everything is fictional, and the same for the same seed and day.
"""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils import timezone

from matching.demo import FORMS, MUNICIPALITIES, PLACES, TRADES
from matching.matches import MEASURE, SOURCE
from matching.models import Company, MatchType, WorkArea
from portal import ledger
from portal.geography.models import Area, Municipality
from portal.identity import demo as people
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind
from portal.ledger.models import Heading, HeadingParent
from portal.ui.cvr import cvr_problem
from programmes.models import Initiative, PartnerRole, Programme
from reporting.models import TargetVersion
from reporting.targets import set_target
from tests.bench import observed
from tests.bench.bulk import FUNCTIONS, Cursor, bare, batches

SLUG = "bench-region"
SEED = 20250101
YEARS = 5
REGISTRAR = "datasteward@demo.example"
HISTORY = ledger.History("Bench: opbygning", origin="Opdigtet til målinger")
FILLED = ["matching_company", "ledger_subject_map", "matching_match", "ledger_fact", "ledger_fact_record"]
PER_HUNDRED = 103
"""Facts of a hundred matches: one is withdrawn (a reversal), one corrected (a reversal and the next revision)."""


@dataclass(frozen=True)
class Size:
    facts: int
    companies: int
    initiatives: int
    partners: int = 40

    @classmethod
    def of(cls, facts: int) -> "Size":
        """The proportions of the full size; a small one keeps enough initiatives to be a tree."""
        return cls(facts, max(50, facts // 10), min(300, max(12, facts // 1000)))

    @property
    def observed(self) -> int:
        """Facts about answers and volumes: one in six."""
        return self.facts // 6

    @property
    def matches(self) -> int:
        return (self.facts - self.observed) // PER_HUNDRED * 100


def build(cursor: Cursor, size: Size, seed: int = SEED) -> Programme:
    """Fill the database that `cursor` (the owner's) and Django's connection (the runtime role's) look at."""
    today = timezone.localdate()
    begins = date(today.year - YEARS, today.month, 1)
    programme = _programme(size, begins, date(today.year + 1, 12, 31))
    cursor.execute(FUNCTIONS)
    _companies(cursor, size, seed)
    words = _words(programme)  # Django's connection reads and writes before the tables are locked
    series = observed.make(programme, HISTORY, size.observed, REGISTRAR)
    with bare(cursor, [*FILLED, *observed.FILLED]):
        _put_companies(cursor)
        _draw(cursor, size, seed, words, today)
        _put_matches(cursor, words)
        observed.draw(cursor, series, seed)
        _continue_ids(cursor, "reporting_observation")
        names = {year: f"Bench: {year}" for year in range(begins.year, today.year + 1)}
        _put_facts(cursor, batches(cursor, names, "Opdigtede registreringer til målinger"))
    return programme


# ----------------------------------------------------------------------------------------------- definitions


def _programme(size: Size, begins: date, ends: date) -> Programme:
    """A programme, its activities in two levels, its partners, and the targets a dashboard wants."""
    partners = _partners(size.partners)
    with ledger.entry(history=HISTORY):
        programme = Programme.objects.create(
            slug=SLUG, name="Bench", kind=Programme.Kind.JOINT_PROJECT, heading=_heading(None, begins),
            owner=Organisation.objects.get(name=people.KKR),
            area=Area.objects.get(kind=Area.Kind.KKR, name=people.KKR),
            starts_on=begins, ends_on=ends, counted_from=begins, fictional=True,
        )  # fmt: skip
        above: list[Initiative] = []
        for number in range(size.initiatives):
            # Every tenth is an activity, the nine after it are initiatives below it.
            parent = programme.heading if number % 10 == 0 else above[-1].heading
            activity = Initiative.objects.create(
                programme=programme, number=f"{number // 10 + 1}.{number % 10}", name=f"Initiativ {number + 1}",
                lead=partners[number % len(partners)].name, lead_status=Initiative.LeadStatus.FIXED,
                heading=_heading(parent, begins),
            )  # fmt: skip
            if number % 10 == 0:
                above.append(activity)
        PartnerRole.objects.bulk_create(
            PartnerRole(programme=programme, organisation=partner, role=role, valid_from=begins)
            for role, chosen in (
                (PartnerRole.Role.MATCH_CREATOR, partners),
                (PartnerRole.Role.STEWARD, [programme.owner]),
            )
            for partner in chosen
        )
    basis, binding = TargetVersion.Basis, TargetVersion.Commitment.BINDING
    with ledger.entry(history=HISTORY):
        set_target(programme, "whole", name="Alle match", basis=basis.WHOLE, commitment=binding, amount=size.matches,
                   learnt_on=begins)  # fmt: skip
        set_target(programme, "municipal", name="Kommunernes match", basis=basis.PLACE_OF_WORK, commitment=binding,
                   amount=size.matches // 2, learnt_on=begins)  # fmt: skip
        others = [partner.pk for partner in partners if partner.municipality_id is None]
        set_target(programme, "partners", name="De øvrige parters match", basis=basis.CREATOR, commitment=binding,
                   amount=size.matches // 2, organisations=others, learnt_on=begins)  # fmt: skip
    return programme


def _heading(parent: Heading | None, known: date) -> Heading:
    heading = Heading.objects.create()
    ledger.define(HeadingParent(heading=heading, parent=parent, valid_from=None), learnt_on=known)
    return heading


def _partners(wanted: int) -> list[Organisation]:
    """Those of the demo area that are not municipalities themselves, and as many more as are missing."""
    found = list(Organisation.objects.exclude(kind=OrganisationKind.MUNICIPALITY).order_by("pk")[:wanted])
    return found + [
        Organisation.objects.create(name=f"Bench partner {number}", kind=OrganisationKind.ASSOCIATION)
        for number in range(1, wanted - len(found) + 1)
    ]


# ----------------------------------------------------------------------------------------------- companies


def _companies(cursor: Cursor, size: Size, seed: int) -> None:
    """Names, places and numbers into pg_temp.bench_company. The 99-numbers do not suffice: one in eight has none."""
    codes = {entry.name: entry.code for entry in Municipality.objects.filter(name__in=MUNICIPALITIES)}
    cursor.execute("CREATE TEMP TABLE bench_place (code text, low double precision, high double precision)")
    whole, low = sum(MUNICIPALITIES.values()), 0
    for name, weight in MUNICIPALITIES.items():
        cursor.execute(
            "INSERT INTO bench_place VALUES (%s, %s, %s)", [codes[name], low / whole, (low + weight) / whole]
        )
        low += weight
    taken = set(Company.objects.filter(cvr__startswith="99").values_list("cvr", flat=True))
    free = (
        each
        for number in range(99_000_000, 100_000_000)
        if (each := str(number)) not in taken and cvr_problem(each) is None
    )
    numbered = size.companies * 7 // 8
    cursor.execute(
        """
        CREATE TEMP TABLE bench_company AS
        SELECT n, (SELECT coalesce(max(id), 0) FROM matching_company) + n AS id,
               md5(%(seed)s || ' company ' || n)::uuid AS subject,
               c.cvr,
               (%(places)s::text[])[1 + n %% %(number_of_places)s] || ' '
               || (%(trades)s::text[])[1 + n / %(number_of_places)s %% %(number_of_trades)s] || ' ' || n || ' '
               || (%(forms)s::text[])[1 + n %% 3] AS name,
               p.code AS municipality
          FROM generate_series(1, %(companies)s) n
          LEFT JOIN unnest(%(numbers)s::text[]) WITH ORDINALITY c (cvr, number) ON c.number = n
          JOIN bench_place p ON pg_temp.draw(n, 1, %(seed)s) >= p.low AND pg_temp.draw(n, 1, %(seed)s) < p.high
        """,
        {
            "seed": seed,
            "companies": size.companies,
            "numbers": list(islice(free, numbered)),
            "places": PLACES,
            "number_of_places": len(PLACES),
            "trades": TRADES,
            "number_of_trades": len(TRADES),
            "forms": FORMS,
        },
    )


def _put_companies(cursor: Cursor) -> None:
    cursor.execute(
        "INSERT INTO matching_company (id, cvr, name, municipality_id, address, postal_code, city, employees, industry,"
        " fictional) SELECT id, cvr, name, municipality, '', '', '', '5_9', '', true FROM bench_company"
    )
    cursor.execute(
        "INSERT INTO ledger_subject_map (subject, kind, object_id)"
        " SELECT subject, 'company', id::text FROM bench_company"
    )
    _continue_ids(cursor, "matching_company")


def _continue_ids(cursor: Cursor, table: str) -> None:
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


# ----------------------------------------------------------------------------------------------- matches and facts


@dataclass(frozen=True)
class Words:
    """What matches are drawn from."""

    programme: int
    begins: date
    partners: list[int]
    types: list[str]
    areas: list[str]
    user: int


def _words(programme: Programme) -> Words:
    return Words(
        programme.pk,
        programme.starts_on,
        list(programme.creators(programme.starts_on).values_list("pk", flat=True)),
        list(MatchType.objects.values_list("code", flat=True)),
        list(WorkArea.objects.order_by("order").values_list("code", flat=True)[:8]),
        User.objects.get(email=REGISTRAR).pk,
    )


def _draw(cursor: Cursor, size: Size, seed: int, words: Words, today: date) -> None:
    """Every match into pg_temp.bench_drawn.

    An initiative runs 18 of the 60 months, is led by two partners and makes matches of two types. A third of the
    matches are the municipality's own jobcentre's. One match in twenty is learnt of two to five months late.
    """
    cursor.execute(
        """
        CREATE TEMP TABLE bench_initiative AS
        SELECT i, id, heading, (pg_temp.draw(i, 20, %(seed)s) * (%(months)s - 18))::integer AS first_month,
               ARRAY[(%(partners)s::bigint[])[1 + floor(pg_temp.draw(i, 21, %(seed)s) * %(count)s)::integer],
                     (%(partners)s::bigint[])[1 + floor(pg_temp.draw(i, 22, %(seed)s) * %(count)s)::integer]] AS leads,
               ARRAY[(%(types)s::text[])[1 + floor(pg_temp.draw(i, 23, %(seed)s) * %(kinds)s)::integer],
                     (%(types)s::text[])[1 + floor(pg_temp.draw(i, 24, %(seed)s) * %(kinds)s)::integer]] AS types
          FROM (SELECT row_number() OVER (ORDER BY a.id) - 1 AS i, a.id, a.heading_id AS heading
                  FROM programmes_activity a WHERE a.programme_id = %(programme)s) a
        """,
        {
            "seed": seed,
            "months": YEARS * 12,
            "partners": words.partners,
            "count": len(words.partners),
            "types": words.types,
            "kinds": len(words.types),
            "programme": words.programme,
        },
    )
    cursor.execute("CREATE UNIQUE INDEX ON bench_initiative (i)")
    cursor.execute("CREATE UNIQUE INDEX ON bench_company (n)")
    cursor.execute("ANALYZE bench_initiative, bench_company")
    cursor.execute(
        """
        CREATE TEMP TABLE bench_drawn AS
        WITH numbered AS (
            SELECT n, floor(power(pg_temp.draw(n, 2, %(seed)s), 1.4) * %(initiatives)s)::bigint AS i,
                   1 + floor(power(pg_temp.draw(n, 3, %(seed)s), 1.6) * %(companies)s)::bigint AS company
              FROM generate_series(1, %(matches)s) n),
        dated AS (
            SELECT d.n, d.i, c.id AS company, c.subject, c.municipality, t.id AS activity, t.heading,
                   CASE WHEN pg_temp.draw(n, 4, %(seed)s) < 0.35 AND o.id IS NOT NULL THEN o.id
                        ELSE t.leads[1 + floor(pg_temp.draw(n, 5, %(seed)s) * 2)::integer] END AS creator,
                   t.types[1 + floor(pg_temp.draw(n, 6, %(seed)s) * 2)::integer] AS type,
                   (%(areas)s::text[])[1 + floor(power(pg_temp.draw(n, 7, %(seed)s), 2) * %(kinds)s)::integer] AS area,
                   least(%(yesterday)s::date, (%(begins)s::date + make_interval(
                       months => t.first_month + floor(pg_temp.draw(n, 8, %(seed)s) * 18)::integer,
                       days => floor(pg_temp.draw(n, 9, %(seed)s) * 28)::integer))::date) AS agreed_on
              FROM numbered d JOIN bench_initiative t USING (i)
              JOIN (SELECT n AS company, id, subject, municipality FROM bench_company) c USING (company)
              LEFT JOIN identity_organisation o ON o.municipality_id = c.municipality AND o.kind = %(jobcentre)s),
        learnt AS (
            SELECT *, least(%(yesterday)s::date, agreed_on + CASE
                       WHEN pg_temp.draw(n, 10, %(seed)s) < 0.80 THEN floor(pg_temp.draw(n, 11, %(seed)s) * 10)
                       WHEN pg_temp.draw(n, 10, %(seed)s) < 0.95 THEN 10 + floor(pg_temp.draw(n, 11, %(seed)s) * 30)
                       ELSE 60 + floor(pg_temp.draw(n, 11, %(seed)s) * 90) END::integer) AS learnt_on
              FROM dated)
        SELECT *, n %% 100 = 0 AS withdrawn, n %% 100 = 50 AS corrected,
               (SELECT coalesce(max(id), 0) FROM matching_match) + n AS id,
               least(%(yesterday)s::date,
                     learnt_on + 1 + floor(pg_temp.draw(n, 12, %(seed)s) * 40)::integer) AS changed_on,
               (%(areas)s::text[])[1 + n %% %(kinds)s] AS first_area
          FROM learnt
        """,
        {
            "seed": seed,
            "initiatives": size.initiatives,
            "companies": size.companies,
            "matches": size.matches,
            "areas": words.areas,
            "kinds": len(words.areas),
            "begins": words.begins,
            "yesterday": date.fromordinal(today.toordinal() - 1),
            "jobcentre": OrganisationKind.JOBCENTRE.value,
        },
    )


def _put_matches(cursor: Cursor, words: Words) -> None:
    cursor.execute(
        """
        INSERT INTO matching_match (id, programme_id, company_id, subject, match_type_id, municipality_id, agreed_on,
               created_by_id, registered_by_id, registered_by_user_id, activity_id, work_area_id, different_reason,
               counts, not_counted_reason, revision, registered_at, withdrawn_at, withdrawn_by_id, withdrawn_reason,
               fictional)
        SELECT d.id, %(programme)s, d.company, d.subject, d.type, d.municipality, d.agreed_on, d.creator, d.creator,
               %(user)s, d.activity, d.area, '', true, '', CASE WHEN d.corrected THEN 1 ELSE 0 END,
               pg_temp.noon(d.learnt_on), CASE WHEN d.withdrawn THEN pg_temp.noon(d.changed_on) END,
               CASE WHEN d.withdrawn THEN %(user)s::bigint END, '', true
          FROM bench_drawn d ORDER BY d.id
        """,
        {"programme": words.programme, "user": words.user},
    )
    _continue_ids(cursor, "matching_match")


def _put_facts(cursor: Cursor, places: dict[int, int]) -> None:
    """The facts of matches and observations in the order in which they were learnt."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE bench_wanted AS
        WITH kinds (kind, revision, sign) AS (VALUES (0, 0, 1), (1, 0, -1), (2, 1, 1))
        SELECT row_number() OVER (ORDER BY w.learnt_on, w.kind, w.n, w.source) AS number, w.*, b.place AS batch,
               NULL::bigint AS reverses
          FROM ({MATCHES} UNION ALL {observed.WANTED}) w
          JOIN unnest(%(years)s::integer[], %(places)s::bigint[]) b (year, place)
            ON b.year = extract(year FROM w.learnt_on)
        """,
        {"years": list(places), "places": list(places.values())},
    )
    cursor.execute("CREATE UNIQUE INDEX ON bench_wanted (number)")
    cursor.execute("ANALYZE bench_wanted")
    cursor.execute(
        "UPDATE bench_wanted r SET reverses = o.number FROM bench_wanted o"
        " WHERE r.kind = 1 AND o.kind = 0 AND o.n = r.n AND o.source = r.source"
    )
    cursor.execute("SELECT pg_temp.post_wanted()")


MATCHES = f"""
    SELECT d.n, k.kind, k.revision, '{MEASURE}' AS measure, '{SOURCE}' AS source, d.id::text AS source_id,
           CASE k.kind WHEN 0 THEN d.learnt_on ELSE d.changed_on END AS learnt_on,
           date_trunc('month', d.agreed_on)::date AS occurred_on, d.municipality, d.creator AS organisation, d.heading,
           d.subject, d.type AS category,
           CASE WHEN d.corrected AND k.kind < 2 THEN d.first_area ELSE d.area END AS subcategory,
           k.sign::numeric AS quantity
      FROM bench_drawn d JOIN kinds k
        ON k.kind = 0 OR (k.kind = 1 AND (d.withdrawn OR d.corrected)) OR (k.kind = 2 AND d.corrected)
"""


def tidy(cursor: Cursor) -> None:
    """What a server does by itself at night: statistics, and which pages are all visible (autocommit only)."""
    for table in (
        *FILLED,
        *observed.FILLED,
        "ledger_heading_parent",
        "programmes_activity",
        "reporting_bucket",
        "reporting_batchbucket",
    ):
        cursor.execute(f"VACUUM (ANALYZE) {table}")
