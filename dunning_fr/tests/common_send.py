from odoo.tests import new_test_user

from .common import DunningCommon

DAY = "2026-03-16"
DUE = "2026-03-02"  # two weeks late: the first level of every policy


class SendCommon(DunningCommon):
    """Notices ready to be sent; the worker runs, but nothing leaves a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channels = cls.env["dunning.channel"]._by_code()
        cls.collector = new_test_user(
            cls.env,
            login="collector",
            groups="dunning_fr.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _policy(self, *codes, formal=False):
        """Return a policy of one level that leaves through the channels ``codes``."""
        text = self.policies["professional"].level_ids[2 if formal else 0].template_id
        return self.env["dunning.policy"].create(
            {
                "name": " ".join(codes),
                "company_id": self.company.id,
                "level_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Level",
                            "sequence": 1,
                            "delay_days": 7,
                            "is_formal_notice": formal,
                            "template_id": text.id,
                            "channel_ids": [self.channels[code].id for code in codes],
                        },
                    )
                ],
            }
        )

    def _debtor(self, name, *codes, formal=False, **values):
        partner = self._customer(name, "professional", **values)
        partner.with_company(self.company).dunning_policy_id = self._policy(
            *(codes or ["email"]), formal=formal
        )
        self._invoice(1000, DUE, partner)
        return partner

    def _draft(self, *partners):
        """Return the drafts of ``partners``, in their order, as the collector's."""
        run = self._run(DAY)
        by_partner = run.notice_ids.grouped("partner_id")
        notices = self.env["dunning.notice"].concat(*(by_partner[p] for p in partners))
        return notices.with_user(self.collector)

    def _queue(self, *partners):
        notices = self._draft(*partners)
        notices.action_send()
        return notices

    def _process(self):
        self.env["dunning.notice"]._process_queue()

    def _states(self, notice):
        return {d.channel_code: d.state for d in notice.dispatch_ids}

    def _letter(self, notice):
        """Give ``notice`` a stored letter, as the worker does once it is rendered."""
        trusted = notice.sudo()._proof_unlocked()
        trusted.attachment_id = trusted.env["ir.attachment"].create(
            trusted._prepare_letter_values(b"%PDF-1.4 letter")
        )
        trusted.content_hash = trusted._content_digest()
        trusted.dispatch_ids._move("ready")
        return trusted.attachment_id
