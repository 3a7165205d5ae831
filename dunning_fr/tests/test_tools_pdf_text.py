import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import pdf_text
from ..tools.pdf_text import shown_text

LETTERS = st.characters(min_codepoint=33, max_codepoint=0xFFFD, exclude_categories="C")


def _font(text, kind):
    """Return (glyph of each character, ToUnicode map) of a font of its own."""
    glyphs = {char: number for number, char in enumerate(dict.fromkeys(text), 1)}
    codes = [(number, f"<{ord(char):04X}>") for char, number in glyphs.items()]
    if kind == "char":
        rows = "".join(f"<{number:04X}> {code}\n" for number, code in codes)
        cmap = f"{len(codes)} beginbfchar\n{rows}endbfchar"
    elif kind == "list":
        listed = " ".join(code for _, code in codes)
        cmap = f"beginbfrange\n<0001> <{len(codes):04x}> [{listed}]\nendbfrange"
    else:
        rows = "".join(f"<{n:04x}> <{n:04x}> {code}\n" for n, code in codes)
        cmap = f"beginbfrange\n<0000> <0000> <0000>\n{rows}endbfrange"
    return glyphs, cmap.encode()


@tagged("post_install", "-at_install")
class TestPdfText(BaseCase):
    """The words of a page, read from the order of its glyphs."""

    @given(
        st.lists(
            st.tuples(
                st.text(LETTERS, min_size=1, max_size=30),
                st.sampled_from(["char", "list", "range"]),
            ),
            max_size=5,
        )
    )
    def test_what_is_drawn_is_read_whatever_the_fonts(self, words):
        content, fonts, expected = "q\nBT\n", {}, ""
        for number, (word, kind) in enumerate(words):
            name = f"/F{number}"
            glyphs, fonts[name] = _font(word, kind)
            content += f"{name} 10.5 Tf\n"
            for place, char in enumerate(word):
                content += f"{place} 0 Td <{glyphs[char]:04x}> Tj\n"
            expected += word
        self.assertEqual(shown_text(content.encode() + b"ET\nQ", fonts), expected)

    def test_doctests(self):
        self.assertFalse(doctest.testmod(pdf_text).failed)

    def test_what_is_written_otherwise_is_left_out(self):
        _, cmap = _font("ab", "char")
        self.assertEqual(shown_text(b"/F1 9 Tf (ab) Tj [<0001>] TJ", {"/F1": cmap}), "")
        self.assertEqual(shown_text(b"/F2 9 Tf <0001> Tj", {"/F1": cmap}), "")
        self.assertEqual(shown_text(b"/F1 9 Tf <0009> Tj", {"/F1": cmap}), "")
        self.assertEqual(shown_text(b"<0001> Tj", {}), "")
        self.assertEqual(shown_text(b"", {"/F1": b"no map"}), "")
