"""BibTeX: an entry of the run, and one of each paper whose numbers it is compared with."""

import re
from collections.abc import Iterator

from contract.study import Study
from report.document.document import Report
from report.exporters.base import TextExporter
from report.exporters.latex import escaped
from report.run.facts import facts_of
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import DEVICE_TITLES

_TEXS_OWN = "\\{}$&#%_^~"


class BibtexExporter(TextExporter):
    """Writes what BibTeX and BibLaTeX both read."""

    file_name = "report.bib"

    def text(self, report: Report) -> str:
        """Return the entries; a study without one is named with the reason."""
        return "\n\n".join([run_entry(report), *map(paper_entry, report.studies)]) + "\n"


def run_entry(report: Report) -> str:
    """Return the entry of the run: what it was, when, with which source, and where."""
    fields = {"key": "{Plumbline}", "title": f"{{{{{_tex(report.title)}}}}}"}
    if record := report.run.record:
        # The month by the name of BibTeX's macro, for each style to write as it does.
        month = f"{record.created:%b}".lower()
        fields |= {"year": f"{{{record.created.year}}}", "month": month}
    fields["note"] = f"{{{_tex(', '.join(_note(report)))}}}"
    return _entry(f"plumbline-{report.run_name}", fields)


def paper_entry(study: Study) -> str:
    """Return the entry of a study's paper; of a study without numbers in print, why it has none."""
    if not study.published:
        return f"% {study.id.upper()} has no entry: it published no numbers."
    names = [name.strip() for name in study.authors.split(",")]
    fields = {
        "author": f"{{{' and '.join(map(_tex, names))}}}",
        "title": f"{{{{{_tex(study.title)}}}}}",
        "howpublished": f"{{{_tex(study.venue)}}}",
        "year": f"{{{study.year}}}",
    }
    return _entry(f"{names[0].lower()}{study.year}-{study.id}", fields)


def _note(report: Report) -> Iterator[str]:
    run = report.run
    yield f"run {report.run_name}"
    if record := run.record:
        made = record.created
        yield f"begun on {made.day} {made:%B %Y}, profile {record.profile}"
        yield f"Plumbline {record.plumbline_version}"
        changes = " with changes" if record.source_dirty else ""
        yield f"commit {record.source_commit or 'unknown'}{changes}"
    processors = facts_of(run).hardware["Processor"]
    devices = listed([DEVICE_TITLES[device] for device in run.devices])
    yield f"on the {devices} of {listed(processors) or 'a machine that left no record'}"


def _entry(key: str, fields: dict[str, str]) -> str:
    """Return an entry; whatever the key is made of, it is letters, digits and hyphens."""
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{re.sub('[^A-Za-z0-9]+', '-', key)},\n{lines}\n}}"


def _tex(text: str) -> str:
    """Escape what TeX takes for its own; letters of every script stay what they are."""
    return "".join(escaped(one) if one in _TEXS_OWN else one for one in " ".join(text.split()))
