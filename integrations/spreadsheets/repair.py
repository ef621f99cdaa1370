"""Text that was decoded wrongly once (`MarÃ­a`): told from text that only looks odd, and put right."""

import re

import ftfy
from ftfy import TextFixerConfig

SUSPECT = re.compile(
    "[\u00c2-\u00c6\u00cb-\u00cf\u00d0-\u00d3\u00e2-\u00e6\u00ef\u0152\u0192\u0393\u221a\u251c]"
)
"""What UTF-8 looks like when it is read as Windows-1252, Mac Roman or the code page of DOS begins with one of these."""
ENCODING_ONLY = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    restore_byte_a0=True,
    replace_lossy_sequences=True,
    decode_inconsistent_utf8=True,
    fix_c1_controls=True,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)


def repair_text(text: str) -> str:
    """Return the text as it was meant; the very same where nothing is wrong with it."""
    if text.isascii() or not SUSPECT.search(text):
        return text
    return ftfy.fix_encoding(text, ENCODING_ONLY)
