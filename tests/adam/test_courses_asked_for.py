"""The courses of disease that a reviewer asks for first, and where each stands.

`results` are courses from laboratory and imaging to the response of each visit (test_imwg.py),
`given` are courses of given responses to the confirmed one (test_confirmation.py), `times` are
courses to progression-free survival (test_pfs_definitions.py). Each has its reason beside it.
"""

import pytest
import test_confirmation
import test_imwg
import test_pfs_definitions

TABLES = {
    "results": test_imwg.COURSES,
    "given": test_confirmation.COURSES,
    "times": test_pfs_definitions.COURSES,
}
ASKED = {
    "light chains only": ("results", "light chains: difference falls by exactly half"),
    "urine only": ("results", "urine: under 100 mg"),
    "complete response not confirmed": ("given", "CR then PR is PR"),
    "complete response alone": ("given", "complete response once only"),
    "PR, not evaluable, PR": ("given", "PR then NE then PR"),
    "absolute but no relative rise": ("results", "progression: 0.5 g/dL but not 25 %"),
    "relative but no absolute rise": ("results", "progression: 25 % but not 0.5 g/dL"),
    "new lesion, stable M-protein": (
        "results", "progression: new bone lesion with stable M-protein",
    ),
    "death after missed visits": ("times", "death after missed visits"),
    "plasmacytoma": ("results", "plasmacytoma: sum 50 % above the lowest"),
    "missing baseline": ("results", "baseline: no baseline at all"),
    "new therapy before confirmation": ("given", "new therapy before confirmation"),
}  # fmt: skip


@pytest.mark.parametrize("course", ASKED)
def test_a_course_that_is_asked_for_is_there(course):
    table, name = ASKED[course]
    assert name in TABLES[table]


def test_there_are_many_more_courses_than_forty_and_no_two_are_alike():
    texts = [str(course) for table in TABLES.values() for course in table.values()]
    assert len(set(texts)) == len(texts) > 40
