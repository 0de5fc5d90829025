import pytest

from cdisc_pom.checks.catalogue import own_catalogue, read_catalogue
from cdisc_pom.checks.examples import check_examples, try_rule
from cdisc_pom.errors import Problems

RULES = own_catalogue()


@pytest.mark.parametrize("rule", RULES.sql_rules, ids=lambda rule: rule.id)
def test_each_rule_passes_and_fails_its_own_examples(rule):
    assert check_examples(RULES, only=[rule.id]) == []
    outcomes, findings = try_rule(rule, "fail")
    assert {outcome.status for outcome in outcomes} <= {"failed", "passed", "not_applicable"}
    for finding in findings:
        assert finding.severity == rule.severity
        assert finding.variable or finding.value


def test_each_rule_has_both_languages_a_source_and_an_upper_limit_of_words():
    for rule in RULES.rules:
        assert rule.text.en.endswith(".")
        assert rule.text.zh.endswith("。")
        assert rule.cited
        assert "{" not in rule.text.en + rule.text.zh
        assert len(rule.text.en) < 120


def test_the_catalogue_holds_the_rules_that_the_plan_names():
    """The seed of the catalogue: SDTM, FDA and ADaM rules by their published numbers."""
    seed = """
        CG0001 CG0006 CG0007 CG0009 CG0012 CG0013 CG0014 CG0016 CG0019 CG0027 CG0028 CG0029 CG0034
        CG0035 CG0219 CG0220 CG0221 CG0222 CG0223 CG0310 CG0311 CG0373 CG0409 FB1501 FB1502 FB2201
        FB3209 CG0368 CG0150 CG0151 CG0147 CG0148 CG0143 CG0131 CG0134 CG0135 CG0136 CG0435 FB0610
        CG0153 CG0516 CG0518 CG0512 CG0514 CG0517 CG0519 CG0520 CG0529 CG0530 CG0532 CG0570 CG0665
        CG0666 FB3411 FB3404 FB2302 CG0102 CG0110 CG0111 CG0112 CG0114 FB4002 CG0040 CG0044 CG0041
        CG0042 CG0049 CG0050 CG0082 CG0083 CG0037 CG0039 FB3409 FB3410 FB0612 FB0609 CG0180 CG0181
        CG0182 CG0183 CG0184 CG0185 FB3901 FB3902 FB3101 FB3102 FB3103 CG0422 CG0426 CG0541 CG0569
        FB2604 CG0467 CG0659 CG0660 CG0563 CG0203 CG0204 CG0465 CG0205 CG0314 CG0369 CG0370 CG0371
        CG0411 CG0416 CG0417 CG0528 FB0920
    """
    adam = [
        1, 2, 199, 5, 6, 7, *range(13, 18), *range(19, 26), 41, 42, 43, 58, 60, 44, 45, 46, 47, 49, 50, 51, 52, 55,
        71, 72, 48, 53, 256, 54, 61, 80, 81, 64, 84, 85, 86, 88, 89, 121, 122, *range(204, 211),
        720, 897, 194, 195, 196, 197, 198, 143, 144, 145, 741, 742, 727, 728, 548, 721, 722, 723,
        724, 127, 154, 155, 494, 181, 223, 225, 493, 166, 183, 746, 373, 374, 169,
    ]  # fmt: skip
    published = {name for rule in RULES.rules for name in rule.published}
    assert {*seed.split(), *(f"ADaM-{number}" for number in adam)} <= published


def test_ids_are_unique():
    ids = [rule.id for rule in RULES.rules]
    assert len(ids) == len(set(ids))


GOOD = """
rules:
  - id: OWN-1
    severity: note
    source: us
    text: {en: All is well., zh: 一切正常。}
    sql: SELECT _ROW FROM DATA WHERE false
"""


def faults(tmp_path, text):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as caught:
        read_catalogue([path])
    return [str(each) for each in caught.value.errors]


def test_own_rules_stand_beside_those_of_the_package(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(GOOD, encoding="utf-8")
    catalogue = read_catalogue([path])
    assert len(catalogue.rules) == len(RULES.rules) + 1
    assert catalogue.by_id["OWN-1"].cited == "us"


def test_y_n_no_and_dates_stay_text_in_examples(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        GOOD + "    pass: {AE: [[A, B, C, D, E], [Y, NO, 2020-01-01, 1, 08:30], [on, ~, '1', 1.5, 007]]}",
        encoding="utf-8",
    )  # fmt: skip
    table = read_catalogue([path]).by_id["OWN-1"].passes["AE"]
    assert table[1:] == (("Y", "NO", "2020-01-01", 1, "08:30"), ("on", "~", "1", 1.5, "007"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("severity: note", "severity: fatal"),
         "own.yaml:3: rule 'OWN-1', severity: Input should be 'error', 'warning' or 'note'."),
        (("source: us", "sauce: us"),
         "own.yaml:3: rule 'OWN-1', sauce: Extra inputs are not permitted."),
        ((", zh: 一切正常。", ""), "own.yaml:3: rule 'OWN-1', text.zh: Field required."),
        (("WHERE false", "WHERE now() > DATE '2020-01-01'"),
         "own.yaml:3: rule 'OWN-1', sql: sql uses now, so two runs could differ."),
        (("    sql: SELECT _ROW FROM DATA WHERE false\n", ""),
         "own.yaml:3: rule 'OWN-1' has no sql."),
        (("OWN-1", "CG0006"), "own.yaml:3: rule id 'CG0006' stands 2 times."),
        (("rules:", "rules: ["), "is not readable YAML"),
        ((GOOD, "one word"), "own.yaml:1: is not a mapping with 'rules'."),
    ],
)  # fmt: skip
def test_faults_of_a_rule_file_are_told_at_their_line(tmp_path, change, expected):
    assert GOOD.replace(*change) != GOOD
    assert any(expected in fault for fault in faults(tmp_path, GOOD.replace(*change)))


def test_all_faults_of_a_file_come_at_once(tmp_path):
    text = GOOD.replace("severity: note", "severity: fatal") + GOOD.replace("rules:\n", "").replace(
        "OWN-1", "OWN-2").replace(", zh: 一切正常。", "")  # fmt: skip
    assert len(faults(tmp_path, text)) == 2


def test_a_missing_rule_file_is_told(tmp_path):
    with pytest.raises(Problems, match=r"none.yaml: rule file is missing"):
        read_catalogue([tmp_path / "none.yaml"])
