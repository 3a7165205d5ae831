"""Typing mistakes in holds: refused, and told with the debtor and the remedy."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_ledger import LedgerCommon

TODAY = "2026-11-20"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(f"{TODAY} 10:00:00")
class TestHoldInput(LedgerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, "2026-09-01")
        cls.debtor = cls._debtor(cls.pro)

    def _hold(self, kind, **values):
        values = {"debtor_id": self.debtor.id, "kind": kind, **values}
        return self.env["dunning.hold"].create(values)

    def _refused(self, *words, kind=None, attempt=None, **values):
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            (attempt or (lambda: self._hold(kind, **values)))()
        for word in (self.pro.name, *words):
            self.assertIn(word, str(caught.exception))

    def test_a_promise_for_a_day_gone_by(self):
        self._refused(
            "promised day", "11/01/2026", "11/20/2026", kind="promise",
            date_to="2026-11-01",
        )  # fmt: skip
        self._hold("promise", date_to=TODAY)

    def test_a_hold_that_ends_before_it_begins(self):
        self._refused("last day", "11/01/2026", kind="other", date_to="2026-11-01")
        hold = self._hold("other", date_to="2026-11-30")
        self._refused(
            "last day", "12/01/2026", "11/30/2026",
            attempt=lambda: hold.write({"date_from": "2026-12-01"}),
        )  # fmt: skip

    def test_more_than_is_owed(self):
        """To the cent; a promise may hold what lateness costs as well (40 € here)."""
        for kind in ("dispute", "promise"):
            ends = {"date_to": "2026-11-27"} if kind == "promise" else {}
            with self.subTest(kind=kind):
                self._refused("5,000.00", kind=kind, amount=5000, **ends)
                self._hold(kind, amount=1000, **ends)
        self._refused("1,000.00", kind="dispute", amount=1000.01)
        self._hold("promise", amount=1040, date_to="2026-11-27")

    def test_more_than_is_owed_on_the_invoices_chosen(self):
        other = self._invoice(300, "2026-12-31")  # not due yet: owed all the same
        self._hold("dispute", amount=1300)
        values = {"kind": "dispute", "move_ids": other.ids}
        self._refused("300.00", amount=300.01, **values)
        hold = self._hold(amount=300, **values)
        self._refused("300.00", attempt=lambda: hold.write({"amount": 301}))
        self._pay(other, 200, TODAY)
        hold.write({"debtor_says": "Two boxes missing"})
        self.assertEqual(hold.amount, 300, "what was paid since is no mistake")

    def test_a_judgment_to_come(self):
        self._refused(
            "Judgment", "12/24/2026", kind="insolvency", judgment_date="2026-12-24"
        )
        self._refused("death", "12/24/2026", kind="death", death_date="2026-12-24")
        self._hold("insolvency", judgment_date=TODAY)

    def test_the_dialog_is_named_after_its_button(self):
        titles = {
            kind: self.debtor.with_context(default_kind=kind).action_new_hold()["name"]
            for kind in ("dispute", "promise", "insolvency", "other")
        }
        self.assertEqual(
            titles,
            {
                "dispute": "Record a dispute",
                "promise": "Record a promise",
                "insolvency": "Record insolvency proceedings",
                "other": "Record a hold",
            },
        )

    def test_the_discussion_says_what_was_recorded(self):
        hold = self._hold("promise", date_to="2026-11-27")
        self.env["res.lang"]._activate_lang("fr_FR")
        told = [
            hold.with_context(lang=lang)._creation_message()
            for lang in ("en_US", "fr_FR")
        ]
        french = "Enregistrement\u00a0: promesse de paiement"
        self.assertEqual(told, ["Recorded: promise to pay", french])
