"""Visitors with a session and a fragment of their own, beside those without."""

from typing import TYPE_CHECKING

from harness import Page

from ..comparison import Subject, compare
from ..goals import judge
from ..results import Outcome
from ..visitors import FORM, FORM_PATH, FORM_TEMPLATE, VisitorPages, begin_sessions, write_paths

if TYPE_CHECKING:
    from harness import Gateway

    from ..bench import Bench
    from ..workloads import Workload


def session(bench: "Bench", workload: "Workload") -> Outcome:
    page = workload.page
    gateway = personal_gateway(bench, f"{workload.name}-gateway", page)
    visitors, _ = visitor_subject(bench, "gateway, visitors", gateway, page)
    rows = compare(bench, [visitors, bench.gateway_subject("gateway, anonymous", gateway, page)])
    bench.stop([gateway])
    outcome = Outcome(workload.name, workload.title, bench.layout.name, rows)
    outcome.verdicts = judge(workload.goals, rows, {})
    return outcome


def personal_gateway(
    bench: "Bench", name: str, page: Page, compression: dict[str, object] | None = None
) -> "Gateway":
    """A gateway with a page that has personal parts, and one that begins sessions."""
    pages = [
        {"host": "app", "path": "/", "template": f"{page.name}.html"},
        {"host": "app", "path": FORM_PATH, "template": FORM_TEMPLATE},
    ]
    configuration: dict[str, object] = {"pages": pages}
    if compression is not None:
        configuration["compression"] = compression
    return bench.gateway(
        name, {"/": page}, configuration=configuration, templates={FORM_TEMPLATE: FORM}
    )


def visitor_subject(
    bench: "Bench",
    name: str,
    gateway: "Gateway",
    page: Page,
    headers: dict[str, str] | None = None,
    coding: str | None = None,
) -> tuple[Subject, VisitorPages]:
    """Many visitors in turn, each with its own cookie."""
    cookies = begin_sessions(gateway)
    paths = write_paths(gateway.folder / "visitors.txt", "/", cookies)
    shared = [bench.origin.body(part).encode() for part in page.parts if not part.personal]
    whole = bench.origin.whole(page)
    pages = VisitorPages(gateway, "/", cookies, shared, len(whole))
    subject = Subject(
        name,
        gateway.process,
        gateway.url("/"),
        gateway.host,
        lambda: pages.verify(headers, coding),
        len(whole) if coding is None else None,
        headers=headers or {},
        paths=paths,
    )
    return subject, pages
