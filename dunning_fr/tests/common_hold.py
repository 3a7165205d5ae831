from datetime import date

from .common_send import SendCommon

DUE, MADE, DAY = date(2026, 8, 1), date(2026, 9, 10), date(2026, 9, 20)


class HoldCommon(SendCommon):
    """One late invoice of one debtor, and short ways to hold it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, DUE)
        cls.debtor = cls._debtor_of(cls.pro)
        cls.debtor.user_id = cls.collector

    @classmethod
    def _debtor_of(cls, partner):
        debtors = cls.env["dunning.debtor"]
        return debtors.browse(debtors._ensure(cls.company, [partner.id])[partner.id])

    def _hold(self, kind, **values):
        holds = self.env["dunning.hold"].with_user(self.collector)
        base = {"debtor_id": self.debtor.id, "kind": kind, "date_from": MADE}
        return holds.create({**base, **values})

    def _told(self, day=DAY):
        [told] = self.debtor.explain(day)
        return told
