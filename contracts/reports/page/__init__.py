"""A run as one self-contained HTML page that reads without a network, a script or a mouse."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from contracts.kernel.findings import Findings
from contracts.reports.page.failures import failures_section
from contracts.reports.page.markup import Markup, tag
from contracts.reports.page.reached import coverage_section
from contracts.reports.page.summary import header, laws_section, notices, topics_section
from contracts.reports.verdict import headline


def render(findings: Findings) -> str:
    """The page; it loads nothing, and its policy lets nothing but its own style and script run."""
    style, script = _assets("base.css", "parts.css", "figures.css"), _assets("page.js")
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{headline(findings)} {findings.target}"),
        tag("style", Markup(style)),
    )
    body = tag(
        "body",
        tag("a", "Skip to the verdict", href="#verdict", class_="skip"),
        header(findings),
        tag(
            "main",
            notices(findings),
            topics_section(findings),
            failures_section(findings),
            laws_section(findings),
            coverage_section(findings),
        ),
        tag("script", Markup(script)),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _assets(*names: str) -> str:
    folder = files("contracts.reports.page")
    return "\n".join(folder.joinpath(name).read_text("utf-8").strip() for name in names)
