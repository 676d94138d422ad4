"""What frameworks said to mistakes, in points."""

import json

from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.mistakes.table import mistakes_part
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES


def test_a_process_that_was_killed_gave_no_error_message(make_run: MakeRun) -> None:
    """As older records tell it: an error, and a point for it."""
    path = make_run(study_file=STUDIES / "s1-cifar.toml", tasks=("mistakes",), repeats=1)
    (file,) = path.glob("jobs/*.tensorflow.*.mistakes.*/result.json")
    result = json.loads(file.read_text(encoding="utf-8"))
    for mistake in result["mistakes"]:
        if mistake["kind"] == "out_of_memory_batch":
            named = dict.fromkeys(("names_layer", "names_expected", "names_found"), False)
            mistake |= named | {"error_type": "killed by SIGSEGV", "message": "", "score": 1}
    file.write_text(json.dumps(result), encoding="utf-8")

    run = load_run(path)
    (scope,) = scopes_of(run, styles(run.contenders))
    (table,) = mistakes_part(scope).tables
    group = next(found for found in table.groups if found.title == "TensorFlow")

    row = group.rows[4]
    assert [cell.text for cell in (row[1], row[6])] == ["none: killed by SIGSEGV", "0"]
    assert row[1].kind == "fail"
    assert group.note == "12 of 20 points"
