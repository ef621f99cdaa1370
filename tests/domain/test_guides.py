"""Guides: what a file says, and which values may come into it."""

import pytest

from domain.guides import (
    Block,
    BrokenGuideError,
    Fence,
    FrontMatter,
    Guide,
    SnippetLanguage,
    Values,
    check_places,
    fence,
    fill,
    front_matter,
    in_markdown,
)

HEAD = "---\ntitle: First steps\nsummary: One sentence: this one.\norder: 1\ntopics: keys, errors\n---\n"


def guide(text, *code, slug="first-steps"):
    about = FrontMatter("First steps", "One.", 1, ("keys",))
    return Guide(slug, about, text, text, tuple(Block(Fence("python", "x"), each) for each in code))


def test_a_file_says_what_it_is_before_its_text():
    assert front_matter(HEAD + "\nText.\n") == (
        FrontMatter("First steps", "One sentence: this one.", 1, ("keys", "errors")),
        "Text.\n",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Text.",
        "---\ntitle: x\nText.",
        HEAD.replace("order: 1", "order: first"),
        HEAD.replace("order: 1\n", ""),
        HEAD.replace("order: 1", "order: 1\nauthor: me"),
        HEAD.replace("title: First steps", "title:"),
        HEAD.replace("order: 1", "order 1"),
    ],
)
def test_a_file_that_does_not_say_it_is_broken(text):
    with pytest.raises(BrokenGuideError):
        front_matter(text)


def test_a_fence_says_what_becomes_of_its_code():
    assert fence('python run title="Hold two units"') == Fence("python", "Hold two units", is_run=True)
    assert fence("json prints") == Fence("json", is_printed=True)
    assert fence('sh title="The client" file=interline.sh') == Fence("sh", "The client", file="interline.sh")
    assert fence("") == Fence("")
    assert fence("sh title=x").language is SnippetLanguage.CURL
    assert fence("json").language is None


@pytest.mark.parametrize("info", ["python", "python runs title=x", "sh title="])
def test_a_fence_that_says_something_else_is_broken(info):
    with pytest.raises(BrokenGuideError):
        fence(info)


def test_own_values_come_in_the_place_of_defaults():
    own = Values(base_url="http://x").own(partner_id="par_1", product_id=None, key_name="Shop (Rome)")

    assert own == Values("http://x", "par_1", "106", "YOUR_KEY", "Shop (Rome)")


@pytest.mark.parametrize("text", ['106"; rm -rf ~', "$(id)", "`id`", "1\n2", "", "a" * 201])
def test_what_could_end_a_text_in_code_is_left_out(text):
    assert Values().own(product_id=text, key_prefix=text) == Values()


def test_a_value_in_markdown_is_text():
    assert in_markdown("[x](javascript:y) *z*\n# h") == r"\[x\]\(javascript:y\) \*z\* \# h"
    assert in_markdown("par_1") == "par_1"


def test_only_known_places_are_filled():
    assert fill("{{product_id}} {other} {{ product_id }}", Values()) == "106 {other} {{ product_id }}"


@pytest.mark.parametrize(
    "broken",
    [
        guide("{{secret}}"),
        guide("x", 'print("{{key_name}}")'),
        guide("x", slug="../x"),
        guide("x", slug="X"),
    ],
)
def test_a_guide_whose_places_can_not_be_filled_is_broken(broken):
    with pytest.raises(BrokenGuideError):
        check_places(broken)
