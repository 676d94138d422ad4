"""What a study's file says, for the terminal: workloads, choices, published numbers, statements."""

import math
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape as as_text
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from contract.base import ProfileName, Record
from contract.layers import AnyLayer
from contract.layers.residual import Residual
from contract.published import PublishedTable
from contract.study import Study, Workload
from contract.words import counted
from orchestrator.errors import printable

_INDENT = 2


def escape(text: str) -> str:
    """Return what a file says as markup that shows it and does nothing else."""
    return as_text(printable(text))


def study_facts(study: Study, profile: ProfileName) -> Iterator[RenderableType]:
    """Yield what there is to know of a study before its plan: the paper's part and the kit's."""
    yield Rule(escape(f"{study.id}: {study.title}"))
    yield escape(f"{study.authors}; {study.venue}, {study.year}")
    yield escape(study.question)
    yield from map(escape, study.notes)
    if study.ran:
        ran = Table("aspect", "what the paper ran", box=box.SIMPLE_HEAD)
        for setup in study.ran:
            ran.add_row(
                " of ".join(filter(None, (setup.aspect, setup.workload))), escape(setup.paper)
            )
        yield ran
    for workload in study.workloads:
        yield ""
        yield from _workload_facts(study, workload, profile)
    for table in study.published:
        yield _published_table(table)
    if study.no_results_because:
        yield escape(f"\nNo published numbers: {study.no_results_because}")
    if study.winners:
        winners = Table("criterion", "workload", "winner", "place", box=box.SIMPLE_HEAD)
        for won in study.winners:
            winners.add_row(*map(escape, (won.criterion, won.workload, won.winner, won.place)))
        yield winners
    if study.left_out:
        left_out = Table("named by the paper, left out here", "because", box=box.SIMPLE_HEAD)
        for found in study.left_out:
            left_out.add_row(escape(found.what), escape(found.because))
        yield left_out
    statements = Table(
        "", "statement", "published", "place", title="Statements", box=box.SIMPLE_HEAD
    )
    for stated in study.statements:
        cells = (stated.id, stated.text, stated.published, stated.place)
        statements.add_row(*map(escape, cells))
    yield statements


def _workload_facts(
    study: Study, workload: Workload, profile: ProfileName
) -> Iterator[RenderableType]:
    yield f"[bold]{escape(f'{workload.id}: {workload.title}')}[/]"
    training = workload.training
    facts: dict[str, str | Group] = {
        "data": workload.dataset,
        "layers": Group(*layer_lines(workload.model.layers)),
        "weights": f"{sum(map(math.prod, workload.model.weight_shapes().values())):,}",
        "loss": training.loss,
        "optimizer": settings(training.optimizer),
        "batch": f"{training.batch_size}",
        "defect": training.defect or "",
        "contenders": ", ".join(workload.contenders),
        "tasks": ", ".join(workload.tasks),
        profile: _scale_line(study, workload, profile),
        "gate must fail": workload.gate_fails_because,
        "notes": Group(*map(escape, workload.notes)) if workload.notes else "",
    }
    grid = Table.grid(padding=(0, 2))
    for name, fact in facts.items():
        if fact != "":
            grid.add_row(f"[dim]{name}[/]", escape(fact) if isinstance(fact, str) else fact)
    yield Padding(grid, (0, 0, 0, _INDENT))


def layer_lines(layers: Sequence[AnyLayer], depth: int = 0) -> Iterator[str]:
    """Yield a line per layer; what stands within a residual is indented."""
    margin = " " * _INDENT * depth
    for layer in layers:
        if not isinstance(layer, Residual):
            yield escape(margin + settings(layer))
            continue
        yield f"{margin}residual: the sum of"
        yield from layer_lines(layer.layers, depth + 1)
        yield f"{margin}and of {'' if layer.shortcut else 'its input'}".rstrip()
        yield from layer_lines(layer.shortcut, depth + 1)


def settings(record: Record) -> str:
    """Return a layer or an optimizer in a line: its type, its name, its numbers."""
    values = record.model_dump()
    words = [values.pop("type"), *([values.pop("name")] if "name" in values else [])]
    return " ".join([*words, *(f"{name}={value}" for name, value in values.items())])


def _scale_line(study: Study, workload: Workload, profile: ProfileName) -> str:
    scale = study.scale(profile, workload.id)
    if scale is None:
        return f"left out: {workload.scales[profile].omitted_because}"
    trained = f"{counted(scale.epochs, 'epoch')}, {counted(scale.repeats, 'block')}"
    counts = f"{trained} ({scale.published_repeats} published)"
    samples = (
        f"{scale.train_samples or 'all'} training and {scale.test_samples or 'all'} test samples"
    )
    rounds = f"{counted(scale.turn_rounds, 'round')} each"
    turns = f"{counted(scale.turn_blocks, 'block')} of turns, {rounds}"
    turns = turns if scale.turn_blocks and "turns" in workload.tasks else ""
    return "; ".join(filter(None, [counts, samples, turns, scale.note]))


def _published_table(table: PublishedTable) -> Table:
    shown = Table(title=escape(f"{table.title} ({table.place})"), box=box.SIMPLE_HEAD)
    shown.add_column(escape(table.workload))
    for column in table.columns:
        shown.add_column(escape(column.title), justify="right")
    for row in table.rows:
        cells = [str(row.values[c.id]) if c.id in row.values else "—" for c in table.columns]
        unit = ", ".join(word for word in (row.unit, row.note) if word)
        shown.add_row(escape(f"{row.title} ({unit})" if unit else row.title), *cells)
    return shown
