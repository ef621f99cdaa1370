"""Documents as files; the same bytes whenever the same document is written."""

from pathlib import Path
from tempfile import TemporaryDirectory

from domain.documents import DocumentFormat, Paper, Statement
from integrations.documents.pages import page_of
from integrations.documents.tables import write_table
from integrations.documents.typesetting import pdf_of


def written(paper: Paper) -> bytes:
    """Write a document: a PDF in tens of milliseconds, a statement of thousands of rows in seconds.

    Raises ValueError for what is not a statement and no PDF. For a thread of its own.
    """
    if paper.format is DocumentFormat.PDF:
        return pdf_of(page_of(paper), issued_at=paper.issued_at)
    if not isinstance(paper.content, Statement):
        raise ValueError(f"A {paper.kind} is a PDF.")  # noqa: TRY004 - a matter of which document, not of a type
    with TemporaryDirectory(prefix="interline-") as folder:
        path = Path(folder) / "table"
        write_table(path, paper, paper.content)
        return path.read_bytes()
