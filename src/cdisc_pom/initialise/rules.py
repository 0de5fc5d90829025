"""Rows that follow from the guide's rules: reference dates, days, visits, baseline, results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cdisc_pom.algorithms.values import fold
from cdisc_pom.initialise.codelists import Lists
from cdisc_pom.initialise.domain import Domain
from cdisc_pom.initialise.match import Sureness
from cdisc_pom.initialise.proposal import Proposal, propose
from cdisc_pom.initialise.survey import SITE, SUBJECT, VISIT, RawTable
from cdisc_pom.initialise.words import meanings, squash, variable_words
from cdisc_pom.spec.expressions import quoted_name, quoted_text

_BY_RULE = "by rule"
# Variables of DM that often stand in a form of their own, one record a subject.
_ELSEWHERE = ("RFICDTC", "RFPENDTC", "DTHDTC", "BRTHDTC", "ARMCD", "ARM", "COUNTRY")


def add_subject_forms(
    dm: Domain, forms: Sequence[RawTable], lists: Lists, *, language: str, subject: Sequence[str]
) -> None:
    """Consent, death, end of study: columns of further forms that have one record a subject."""
    for table in forms:
        wanted = [v for v in dm.variables if v.name in _ELSEWHERE and not dm.has(v.name)]
        keys = [table.parts[part] for part in subject if part in table.parts]
        home = dm.forms[0].table if dm.forms else table
        same = all(home.parts.get(part) == table.parts.get(part) for part in subject)
        if not keys or not same or not table.one_a_subject():
            continue
        alias = squash(table.name)
        alias = alias if alias.isascii() and alias.isidentifier() else f"DMF{len(dm.sources) + 1}"
        found = propose(table, "DM", wanted, source=alias, lists=lists, language=language,
                        taken=frozenset(table.parts.values()), max_rank=1)  # fmt: skip
        if not found.proposals:
            continue
        dm.sources.append({
            "Dataset": "DM", "Source": alias, "From": f"form:{table.name}", "Join": "left",
            "On": ", ".join(keys), "Note": "one record a subject",
        })  # fmt: skip
        for made in found.proposals:
            dm.add(made if made.sureness else replace(made, sureness="likely"))
            dm.used.setdefault(table.name, set()).update(made.columns)


def add_demographics(dm: Domain, domains: Mapping[str, Domain]) -> None:
    """What DM takes from exposure, and what follows from its own variables."""
    exposure = domains.get("EX")
    if exposure is not None and exposure.has("EXSTDTC"):
        dm.join("EX", "many", "USUBJID", "doses, for the reference dates")
        dm.add(Proposal("RFXSTDTC", "first", "EX", "EXSTDTC", "order=EXSTDTC", reason=_BY_RULE,
                        data_type=_type(exposure, "EXSTDTC")))  # fmt: skip
        end = "EXENDTC" if exposure.has("EXENDTC") else "EXSTDTC"
        dm.add(Proposal("RFXENDTC", "last", "EX", end, f"order={end}", reason=_BY_RULE,
                        data_type=_type(exposure, end)))  # fmt: skip
        for name, of in (("RFSTDTC", "RFXSTDTC"), ("RFENDTC", "RFXENDTC")):
            dm.add(_rule(name, "assign", of, sureness="guess",
                         reason="reference period is the exposure to treatment",
                         data_type=_type(dm, of)))  # fmt: skip
    if dm.has("DTHDTC"):
        dm.add(_rule("DTHFL", "constant", arguments="value=Y", when="DTHDTC IS NOT NULL"))
    if not dm.has("AGE") and dm.has("BRTHDTC") and dm.has("RFICDTC"):
        dm.add(_rule("AGE", "age", "BRTHDTC, RFICDTC", sureness="guess",
                     reason="age at informed consent"))  # fmt: skip
    if dm.has("AGE"):
        dm.add(_rule("AGEU", "constant", arguments="value=YEARS", when="AGE IS NOT NULL",
                     sureness="likely",
                     reason="ages are usually in years", origin="Assigned"))  # fmt: skip
    for one, other in (("ARM", "ACTARM"), ("ARMCD", "ACTARMCD")):
        if dm.has(one):
            dm.add(_rule(other, "assign", one, sureness="guess", reason=f"as planned ({one})"))


def add_dictionary_terms(domain: Domain) -> None:
    """Of body system and primary system organ class the one that is not collected."""
    body, primary = f"{domain.name}BODSYS", f"{domain.name}SOC"
    for one, other in ((body, primary), (primary, body)):
        if domain.has(one) and not domain.has(other):
            domain.add(_rule(other, "assign", one, sureness="likely",
                             reason="the primary class is used for analysis"))  # fmt: skip


def add_ongoing(domain: Domain, dm: Domain | None) -> None:
    """An event or treatment that goes on at the end of participation."""
    words = variable_words()["@ONGO"]
    words |= {f"{domain.name}{word}" for word in words}
    yes = {word for word, term in meanings("NY").items() if term == "Y"}
    for form in domain.forms:
        column = next((c for n, c in form.table.columns.items() if squash(n) in words), None)
        said = sorted(v for v in (column.values if column else ()) if fold(v) in yes)
        if column is None or not said or dm is None or not dm.has("RFPENDTC"):
            continue
        texts = ", ".join(map(quoted_text, said))
        domain.fill(
            "ENRTPT", "constant", source=domain.aliases[form.table.name],
            arguments="value=ONGOING", sureness="likely",
            when=f"{quoted_name(column.name)} IN ({texts})",
            reason=f"by name {column.name}", columns=(column.name,), origin="Collected",
        )  # fmt: skip
        domain.fill(
            "ENTPT", "assign", inputs="DM.RFPENDTC", sureness="guess",
            when=f"{domain.name}ENRTPT IS NOT NULL", reason="end of participation",
        )  # fmt: skip
        domain.used.setdefault(form.table.name, set()).add(column.name)


def add_disposition(domain: Domain, lists: Lists) -> None:
    """A disposition event is coded from its reason."""
    forms = {alias: domain.forms[at].table for at, alias in enumerate(domain.aliases.values())}
    reasons = [made for made in domain.proposals if made.variable == "DSTERM"]
    if not domain.has("DSDECOD"):
        for made in reasons:
            values = forms[made.source].columns[made.inputs].values
            lists.use(domain.by_name["DSDECOD"], values)
            domain.proposals.append(
                replace(made, variable="DSDECOD", algorithm="term", arguments="",
                        sureness="guess", reason=f"coded from {made.inputs}")
            )  # fmt: skip
    domain.fill("CAT", "constant", arguments="value=DISPOSITION EVENT", sureness="guess",
                reason="milestones need a source of their own", origin="Assigned")  # fmt: skip


def add_elements(domain: Domain) -> None:
    """Subject elements follow from the elements of TE and their Start and End."""
    domain.sources.append({
        "Dataset": "SE", "Source": "EL", "From": "elements:TE",
        "Note": "elements that a subject started",
    })  # fmt: skip
    for variable, column in (("USUBJID", "USUBJID"), ("ETCD", "ETCD"), ("SESTDTC", "START_DATE"),
                             ("SEENDTC", "END_DATE")):  # fmt: skip
        domain.add(Proposal(variable, "assign", "EL", column, reason=_BY_RULE,
                            data_type="partialDate", origin="Derived"))  # fmt: skip


def add_results(domain: Domain, lists: Lists) -> None:
    """Results of collected tests, as collected and in standard units."""
    if not domain.tests:
        return
    name, units = domain.name, [unit for tests in domain.tests for unit in tests.units]
    everywhere = len(domain.tests) == len(domain.forms)
    sources = ["*"] if everywhere else [str(t.rows[0]["Source"]) for t in domain.tests]
    for end, codes in (("TESTCD", 0), ("TEST", 1)):
        variable = domain.by_name[f"{name}{end}"]
        pairs = [pair for tests in domain.tests for pair in tests.codes.items()]
        if lists.known(variable):
            lists.use_terms(variable, [pair[codes] for pair in pairs if pair[codes]])
    variable = domain.by_name[f"{name}ORRESU"]
    for source in sources:
        filled = f"{name}ORRES IS NOT NULL"
        rows = [
            Proposal(f"{name}ORRES", "text", source, "RESULT", "normalize=yes"),
            Proposal(f"{name}ORRESU", "assign", source, "UNIT", when=filled),
            Proposal(f"{name}STRESC", "standard_result", source, f"{name}ORRES, {name}ORRESU"),
            Proposal(f"{name}STRESN", "convert_unit", source, f"{name}ORRES, {name}ORRESU"),
            Proposal(f"{name}STRESU", "assign", source, "STANDARD_UNIT", when=filled),
        ]
        if lists.known(variable):
            lists.use(variable, units)
            usual = [str(row["Standard Unit"]) for tests in domain.tests for row in tests.rows
                     if row["Standard Unit"]]  # fmt: skip
            lists.use_terms(domain.by_name[f"{name}STRESU"], usual)
            rows[1] = replace(rows[1], algorithm="term")
        if all(tests.limits for tests in domain.tests):
            numbers = f"try_cast({name}ORRES AS DOUBLE) IS NOT NULL"
            rows += [
                Proposal(f"{name}ORNRLO", "text", source, "LOW", "normalize=yes", when=numbers),
                Proposal(f"{name}ORNRHI", "text", source, "HIGH", "normalize=yes", when=numbers),
                Proposal(f"{name}STNRLO", "convert_unit", source, f"{name}ORNRLO, {name}ORRESU"),
                Proposal(f"{name}STNRHI", "convert_unit", source, f"{name}ORNRHI, {name}ORRESU"),
            ]
        domain.proposals += [replace(row, reason=_BY_RULE, origin=_origin(row)) for row in rows
                             if row.variable in domain.by_name]  # fmt: skip
    if domain.has(f"{name}STNRLO") and f"{name}NRIND" in domain.by_name:
        domain.fill("NRIND", "range_indicator", reason=_BY_RULE,
                    inputs=f"{name}STRESN, {name}STNRLO, {name}STNRHI")  # fmt: skip
        lists.use_terms(domain.by_name[f"{name}NRIND"], ("HIGH", "LOW", "NORMAL"))


def _origin(row: Proposal) -> str:
    return "Collected" if row.variable[2:] in ("ORRES", "ORRESU", "ORNRLO", "ORNRHI") else "Derived"


def add_timing(domain: Domain, domains: Mapping[str, Domain]) -> None:
    """Visits from SV (or from the sheet Visits), study days and the last value before treatment."""
    dm = domains.get("DM")
    _add_visit(domain, domains)
    if dm is None or not domain.has("USUBJID"):
        return
    reference = "RFSTDTC" if domain.name == "DM" else "DM.RFSTDTC"
    if dm.has("RFSTDTC"):
        for end in ("STDTC", "ENDTC", "DTC"):
            day = f"{domain.name}{end.removesuffix('TC')}Y"
            if domain.has(f"{domain.name}{end}") and day in domain.by_name:
                domain.add(_rule(day, "study_day", f"{domain.name}{end}",
                                 arguments=f"reference={reference}"))  # fmt: skip
    if dm.has("RFXSTDTC") and domain.tests and domain.has(f"{domain.name}DTC"):
        by = [f"{domain.name}TESTCD"]
        if any(row.get("Specimen") for tests in domain.tests for row in tests.rows):
            by.append(f"{domain.name}SPEC")
        then = "; then=VISITNUM" if domain.has("VISITNUM") else ""
        domain.fill(
            "LOBXFL", "baseline_flag", inputs=f"{domain.name}DTC", reason=_BY_RULE,
            arguments=f"before=DM.RFXSTDTC; by={', '.join(by)}{then}",
            when=f"{domain.name}ORRES IS NOT NULL",
        )  # fmt: skip
    used = any("DM." in f"{made.inputs} {made.arguments}" for made in domain.proposals)
    if domain.name != "DM" and used:
        domain.join("DM", "left", "USUBJID", "reference dates")


def _add_visit(domain: Domain, domains: Mapping[str, Domain]) -> None:
    """VISITNUM has one home: SV, or the domain itself when the study has no SV."""
    visits = domains.get("SV")
    if domain.name == "SV":
        for form in domain.forms:
            if VISIT in form.table.parts:
                name = form.table.parts[VISIT]
                alias = domain.aliases[form.table.name]
                domain.proposals.append(
                    Proposal("_VISIT", "assign", alias, name, reason=f"by name {name}")
                )
        if domain.has("_VISIT") and domain.has("SVSTDTC"):
            _number_visits(domain, "SVSTDTC")
            if not domain.has("SVENDTC"):
                domain.add(_rule("SVENDTC", "assign", "SVSTDTC", sureness="likely",
                                 reason="a visit of one day",
                                 data_type=_type(domain, "SVSTDTC")))  # fmt: skip
        return
    if not domain.has("_VISIT"):
        return
    if visits is not None and visits.has("_VISIT") and domain.has("USUBJID"):
        domain.join("SV", "left", "USUBJID, _VISIT", "visit numbers come from SV alone")
        for name in ("VISITNUM", "VISIT"):
            domain.add(_rule(name, "assign", f"SV.{name}"))
        return
    dates = [f"{domain.name}{end}" for end in ("DTC", "STDTC")]
    date = next((name for name in dates if domain.has(name)), None)
    if date is not None:
        _number_visits(domain, date)
    else:
        domain.proposals[:] = [made for made in domain.proposals if made.variable != "_VISIT"]


def _number_visits(domain: Domain, date: str) -> None:
    for name in ("VISITNUM", "VISIT"):
        domain.add(_rule(name, "visit", f"_VISIT, {date}", arguments=f"give={name}",
                         reason="by the sheet Visits"))  # fmt: skip


def _rule(
    variable: str, algorithm: str, inputs: str = "", *, arguments: str = "", when: str = "",
    sureness: Sureness = "", reason: str = _BY_RULE, data_type: str = "", origin: str = "Derived",
) -> Proposal:  # fmt: skip
    return Proposal(variable, algorithm, "", inputs, arguments, when, sureness, reason, origin,
                    data_type)  # fmt: skip


def _type(domain: Domain, variable: str) -> str:
    return next((made.data_type for made in domain.proposals if made.variable == variable), "")


def subject_parts(tables: Sequence[RawTable]) -> tuple[str, ...]:
    """Parts of USUBJID that all forms have; the site is left out where subjects name it."""
    if not tables or any(SUBJECT not in table.parts for table in tables):
        return (SUBJECT,)
    if any(SITE not in table.parts for table in tables):
        return (SUBJECT,)
    return (SUBJECT,) if all(_names_site(table) for table in tables) else (SITE, SUBJECT)


def _names_site(table: RawTable) -> bool:
    """Whether each subject's number starts with that of the site (01-003 of site 01)."""
    site, subject = (table.columns[table.parts[part]] for part in (SITE, SUBJECT))
    sites = tuple(site.values)
    return bool(sites) and all(
        any(value.startswith(name) and len(value) > len(name) for name in sites)
        for value in subject.values
    ) and _apart(site.values, subject.values)  # fmt: skip


def _apart(sites: Sequence[str], subjects: Sequence[str]) -> bool:
    """A sign stands between site and number, so that the start is no chance."""
    return all(not value[len(name)].isalnum() for value in subjects for name in sites
               if value.startswith(name) and len(value) > len(name))  # fmt: skip
