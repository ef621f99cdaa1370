"""Two small guides, read as the real ones are."""

from pathlib import Path
from tempfile import TemporaryDirectory

from server.guides import read_guides

FIRST = """---
title: First steps
summary: Your first call.
order: 1
topics: credentials, errors
---
Use **{{key_name}}** of `{{partner_id}}`, whose text begins with `il_test_{{key_prefix}}_`.

<script>alert(1)</script> and [a trap](javascript:alert(1))

```sh run title="Look it up"
curl "{{base_url}}/api/ota/inventory?product_id={{product_id}}"
```
```python title="Look it up"
print("{{product_id}}")
```
```json prints
{"a": "…"}
```
"""
SECOND = "---\ntitle: Second steps\nsummary: And on.\norder: 2\ntopics: holds\n---\nMore.\n"


with TemporaryDirectory() as _directory:
    Path(_directory, "first-steps.md").write_text(FIRST)
    Path(_directory, "second-steps.md").write_text(SECOND)
    GUIDES = read_guides("https://api.interline.example", Path(_directory))
