from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.placeholders import ForbiddenExpression, check, demand
from ..tools.postal import window_lines
from ..tools.typography import NBSP, french, french_html


@tagged("post_install", "-at_install")
class TestTypography(BaseCase):
    """Spaces and apostrophes of letters-fr section 0; doctests say the rest."""

    def test_each_sign_gets_its_unbreakable_space(self):
        for typed in ("a :", "a ;", "a ?", "a !", "5 €", "5 %", "« a", "a »", "n° 5"):
            with self.subTest(typed=typed):
                self.assertEqual(french(typed), typed.replace(" ", NBSP))
        self.assertEqual(french("art. 5"), f"art.{NBSP}5")
        self.assertEqual(french("l'envoi d'A"), "l’envoi d’A")

    def test_narrow_spaces_and_line_breaks_become_one_unbreakable_space(self):
        self.assertEqual(french("1\u202f234,56\u202f€"), f"1{NBSP}234,56{NBSP}€")
        self.assertEqual(french_html("Total\n      : 5\n  €"), f"Total{NBSP}: 5{NBSP}€")

    def test_what_must_stay_exact_stays(self):
        for exact in (
            "https://exemple.fr/a?b=1;c!",
            "jean.d'or@exemple.fr",
            "FR76 3000 6000 0112 3456 7890 189",
            "{{ object.a or 'b' }}",
            "12:30",
            "01 23 45 67 89",
        ):
            with self.subTest(exact=exact):
                self.assertNotIn(NBSP, french(exact))
        tag = '<a href="x?a=1 ;b" title="l\'x : y">'
        self.assertEqual(french_html(tag + "a :</a>"), f"{tag}a{NBSP}:</a>")

    def test_entities_survive(self):
        self.assertEqual(
            french_html("A &amp; B &lt;c&gt; ;"), f"A &amp; B &lt;c&gt;{NBSP};"
        )

    def test_a_missing_space_is_put_in(self):
        for typed, printed in (
            ("a:", "a~:"),
            ("a!", "a~!"),
            ("«a»", "«~a~»"),
            ("5€", "5~€"),
            ("5%", "5~%"),
            ("n°5", "n°~5"),
            ("5000", "5000"),  # no thousands where none were typed
            ("1 234 567", "1~234~567"),
            ("L. 441-10", "L.~441-10"),
            ("X. 441-10", "X. 441-10"),
        ):
            with self.subTest(typed):
                self.assertEqual(french(typed), printed.replace("~", NBSP))

    def test_signs_after_a_tag(self):
        for typed, printed in (
            ("<b>Total</b>: 5", "<b>Total</b>~: 5"),
            ("<b>Total</b>X y", "<b>Total</b>X y"),
            ("<b>5</b>€", "<b>5</b>~€"),
            ("<p>a</p>:", "<p>a</p>~:"),
            ('a "b" c', 'a "b" c'),
        ):
            with self.subTest(typed):
                self.assertEqual(french_html(typed), printed.replace("~", NBSP))

    @given(st.text(alphabet="ab1 :;?!»«€%n°'.<>&\u00a0\u202f", max_size=40))
    def test_twice_is_once(self, text):
        once = french(text)
        self.assertEqual(french(once), once)

    @given(st.text(alphabet="ab1 :;?!»«€%n°'.", max_size=40))
    def test_only_spaces_and_apostrophes_change(self, text):
        def bare(changed):
            return "".join(changed.split()).replace("’", "'")

        self.assertEqual(bare(french(text)), bare(text))


@tagged("post_install", "-at_install")
class TestPlaceholders(BaseCase):
    """A text reads fields; it calls nothing."""

    def test_calls_and_other_names_are_refused(self):
        for code in (
            "object.sudo()",
            "object.env",
            "object._cr",
            "object.__class__",
            "object.name.upper",
            "user.name",
            "env['res.users']",
            "[o for o in object]",
            "lambda: object.name",
            "object.name if print(1) else ''",
            "object.name + __import__('os').name",
            "(object := 1)",
            "'%s' % object.name",
            "object.line_ids[0]",
            "",
        ):
            with self.subTest(code=code), self.assertRaises(ForbiddenExpression):
                check(code, {"name", "line_ids"}.__contains__)

    def test_other_roots_are_refused_whatever_the_fields(self):
        """The names of fields alone do not open another record."""
        for code in ("user.name", "name", "object", "(object or user).name"):
            with self.subTest(code), self.assertRaises(ForbiddenExpression):
                check(code, lambda _path: True)
        self.assertIsNone(check("object.user.name", lambda path: path == "user.name"))

    def test_every_printed_value_is_demanded(self):
        for code, expected in (
            ("object.a + object.b", "demand(object, 'a') + demand(object, 'b')"),
            (
                "object.a or object.b or object.c",
                "object.a or object.b or demand(object, 'c')",
            ),
            ("object.a and object.b", "object.a and demand(object, 'b')"),
            ("'x'", "'x'"),
            ("not object.a", "not object.a"),
        ):
            with self.subTest(code):
                self.assertEqual(demand(code), expected)
        self.assertEqual(demand("object.a", "show"), "show(object, 'a')")

    def test_a_tested_field_is_not_demanded(self):
        self.assertEqual(
            demand("object.a if object.b else object.c"),
            "demand(object, 'a') if object.b else demand(object, 'c')",
        )
        self.assertEqual(demand("object.a or ''"), "object.a or ''")


@tagged("post_install", "-at_install")
class TestWindowLines(BaseCase):
    @given(
        st.text(min_size=1, max_size=120).filter(str.strip),
        st.lists(st.text(min_size=1, max_size=80), max_size=9),
    )
    def test_never_more_than_the_window_holds(self, name, rows):
        """Six lines of 38 characters, whatever the address."""
        lines = window_lines(name, "\n".join(rows))
        self.assertLessEqual(len(lines), 6)
        self.assertLessEqual(max(map(len, lines), default=0), 38)
