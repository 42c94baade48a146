"""The reader of code blocks itself: what it finds, and that it takes no wrong output for a right one."""

from __future__ import annotations

import pytest

from tests.docs.blocks import Block, blocks_of, commands_of, matches


def test_blocks_keep_their_language_line_and_order() -> None:
    page = "# A\n\n```python\nx = 1\n```\n\ntext\n\n```console\n$ ls\n```\n"
    assert blocks_of(page) == [Block("python", "x = 1\n", 4), Block("console", "$ ls\n", 10)]


@pytest.mark.parametrize(
    ("comment", "word", "rest"),
    [
        ("<!-- not run: it is the test run itself -->", "not run", "it is the test run itself"),
        ("<!-- file: commands.jsonl -->", "file", "commands.jsonl"),
        ("<!-- prints -->", "prints", ""),
    ],
)
def test_a_comment_right_above_belongs_to_the_block(comment: str, word: str, rest: str) -> None:
    [block] = blocks_of(f"{comment}\n\n```text\na\n```\n")
    assert (block.word, block.rest) == (word, rest)


def test_a_comment_reaches_no_further_than_the_next_text() -> None:
    [block] = blocks_of("<!-- not run: no -->\n\nA sentence.\n\n```bash\ntrue\n```\n")
    assert block.word is None


def test_a_block_in_a_list_loses_its_indent() -> None:
    [block] = blocks_of("- point\n\n  ```python\n  if x:\n      y = 1\n  ```\n")
    assert block.text == "if x:\n    y = 1\n"


def test_an_open_fence_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 1 is never closed"):
        blocks_of("```python\nx = 1\n")


def test_commands_carry_their_output_continuation_and_status() -> None:
    first, second = commands_of("$ cat <<X\n> a\n> X\na\n$ false # exit 1\n")
    assert (first.text, first.expected, first.status) == ("cat <<X\na\nX", "a", 0)
    assert (second.expected, second.status) == ("", 1)


def test_output_before_a_command_is_an_error() -> None:
    with pytest.raises(ValueError, match="before any command"):
        commands_of("a\n$ ls\n")


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("a  b", "a b\n"),
        ("a ... d", "a b c d"),
        ("a\n...\nd", "a\nb\nc\nd"),
        ("a\n...", "a"),
        ("...", ""),
        ("", "\n"),
    ],
)
def test_lenient_output_matches(expected: str, printed: str) -> None:
    assert matches(expected, printed)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [("a", "b"), ("a", "a\nb"), ("a\n...\nd", "a\nb"), ("", "a"), ("a.c", "abc"), ("a ... d", "a\nd")],
)
def test_other_output_does_not_match(expected: str, printed: str) -> None:
    assert not matches(expected, printed)
