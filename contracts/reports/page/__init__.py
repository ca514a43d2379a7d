"""A run as one self-contained HTML page that reads without a network, a script or a mouse."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from contracts.kernel.findings import Findings
from contracts.reports.coverage import coverage
from contracts.reports.page.failures import failures_section
from contracts.reports.page.markup import Markup, raw, tag
from contracts.reports.page.reached import answers_section, points_section
from contracts.reports.page.summary import header, laws_section, notices, topics_section
from contracts.reports.verdict import headline

_STYLES = ("base.css", "parts.css", "figures.css")
_SCRIPTS = ("page.js",)


def render(findings: Findings) -> str:
    """The page; it loads nothing, and its policy lets nothing but its own style and script run."""
    style, script = _assets(_STYLES), _assets(_SCRIPTS)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{headline(findings)} {findings.target}"),
        tag("style", raw(style)),
    )
    page = tag("html", head, _body(findings, script), lang="en")
    return f"<!doctype html>\n{page}\n"


def _body(findings: Findings, script: str) -> Markup:
    figures = coverage(findings.exchanges)
    return tag(
        "body",
        tag("a", "Skip to the verdict", href="#verdict", class_="skip"),
        header(findings),
        tag(
            "main",
            notices(findings),
            topics_section(findings),
            failures_section(findings),
            laws_section(findings),
            tag(
                "section",
                tag("h2", "What the requests reached"),
                _reach(figures.requests, findings.requests),
                answers_section(figures),
                points_section("Both sides of each bound", "bounds", figures),
                points_section("Branches of unions, enums and fields", "branches", figures),
                id="coverage",
            ),
        ),
        tag("script", raw(script)),
    )


def _reach(kept: int, sent: int) -> Markup:
    few = (
        f" Of {sent:,} requests sent, {kept:,} were kept for these figures." if kept < sent else ""
    )
    return tag("p", f"Reckoned from requests and replies alone.{few}", class_="note")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _assets(names: tuple[str, ...]) -> str:
    folder = files("contracts.reports.page")
    return "\n".join(folder.joinpath(name).read_text("utf-8").strip() for name in names)
