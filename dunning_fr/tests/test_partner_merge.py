from odoo import Command
from odoo.tests import new_test_user, tagged

from .common_ledger import LedgerCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartnerMerge(LedgerCommon):
    """Debtors, holds and history go where the journal items go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep = cls._customer("Keep", "professional", email="same@client.example")
        cls.gone = cls._customer("Gone", "professional", email="same@client.example")
        cls.inv_keep = cls._invoice(100, "2026-08-01", cls.keep)
        cls.inv_gone = cls._invoice(200, "2026-08-01", cls.gone)
        cls.company_b = cls._create_company(
            name="Second French company", country_id=cls.env.ref("base.fr").id
        )
        cls.user = cls.env.user

    def _merge(self, *partners, into=None, user=None):
        """Merge as a person does: Odoo's wizard on selected contacts."""
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(user or self.env.user)
            .with_context(
                active_model="res.partner", active_ids=[p.id for p in partners]
            )
            .create({"dst_partner_id": (into or self.keep).id})
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_only_the_merged_one_is_a_debtor(self):
        debtor = self._debtor(self.gone)
        self._merge(self.keep, self.gone)
        self.assertFalse(self.gone.exists())
        self.assertEqual(debtor.partner_id, self.keep)
        self.assertEqual(self._debtor(self.keep), debtor)

    def test_both_are_debtors(self):
        debtor, other = self._debtor(self.keep), self._debtor(self.gone)
        self._merge(self.keep, self.gone)
        self.assertTrue(debtor.exists())
        self.assertFalse(other.exists())
        self.assertEqual(self.inv_gone.partner_id, self.keep)

    def test_two_sources_without_target_debtor(self):
        third = self._customer("Third", "professional", email="same@client.example")
        first, second = self._debtor(self.gone), self._debtor(third)
        hold = self.env["dunning.hold"].create({"debtor_id": second.id})
        self._merge(self.keep, self.gone, third)
        self.assertEqual(hold.debtor_id, first)
        self.assertEqual(first.partner_id, self.keep)
        self.assertFalse(second.exists())

    def test_archived_debtor_is_merged_too(self):
        other = self._debtor(self.gone)
        other.active = False
        debtor = self._debtor(self.keep)
        self._merge(self.keep, self.gone)
        self.assertFalse(other.exists())
        self.assertTrue(debtor.active)

    def test_holds_move(self):
        self._debtor(self.keep)
        hold = self.env["dunning.hold"].create(
            {
                "debtor_id": self._debtor(self.gone).id,
                "move_ids": [Command.set(self.inv_gone.ids)],
            }
        )
        self._merge(self.keep, self.gone)
        self.assertEqual(hold.debtor_id, self._debtor(self.keep))
        self.assertEqual(hold.move_ids, self.inv_gone)
        self.assertEqual(hold.partner_id, self.keep)

    def test_sent_notices_of_both_sides_are_kept_as_they_were(self):
        """Invariant 1: the proof changes owner, not content."""
        mine = self._notice(self._items(self.inv_keep))
        theirs = self._notice(self._items(self.inv_gone))
        frozen = theirs.read(
            ["recipient_name", "amount_principal", "date", "state", "name"]
        )
        lines = theirs.line_ids.read(["move_name", "document_key", "residual"])
        self._merge(self.keep, self.gone)
        debtor = self._debtor(self.keep)
        self.assertEqual(debtor.notice_ids, mine | theirs)
        self.assertEqual((mine | theirs).partner_id, self.keep)
        self.assertEqual(
            theirs.read(
                ["recipient_name", "amount_principal", "date", "state", "name"]
            ),
            frozen,
        )
        self.assertEqual(frozen[0]["recipient_name"], "Gone")
        self.assertEqual(
            theirs.line_ids.read(["move_name", "document_key", "residual"]), lines
        )
        self.assertEqual(theirs.line_ids.move_line_id, self._items(self.inv_gone))

    def test_levels_go_on_after_the_merge(self):
        self._notice(self._items(self.inv_keep), 1)
        self._notice(self._items(self.inv_gone), 2)
        self._merge(self.keep, self.gone)
        self.assertEqual(
            (self.inv_keep | self.inv_gone).mapped("dunning_level"), [1, 2]
        )
        levels = {row["level"] for row in self._debtor(self.keep).explain("2026-11-20")}
        self.assertEqual(levels, {1, 2})

    def test_an_invoice_that_was_addressed_to_both(self):
        """The same item was sent to either: one row is left of two."""
        item = self._items(self.inv_gone)
        self._notice(item, 1)
        self.inv_gone.button_draft()
        self.inv_gone.partner_id = self.keep
        self.inv_gone.action_post()
        self._notice(self._items(self.inv_gone), 2)
        self._merge(self.keep, self.gone)
        self.assertEqual(self.inv_gone.dunning_level, 2)
        items = self.env["dunning.item"].search([("move_id", "=", self.inv_gone.id)])
        self.assertEqual((len(items), items.partner_id), (1, self.keep.id))

    def test_a_draft_on_both_sides_leaves_one(self):
        """Invariant 6: one draft per debtor, currency and policy."""
        mine = self._notice(self._items(self.inv_keep), state="draft")
        theirs = self._notice(self._items(self.inv_gone), state="draft")
        self._merge(self.keep, self.gone)
        self.assertEqual((mine.state, theirs.state), ("draft", "cancelled"))
        self.assertIn("merged", theirs.failure_reason)
        self.assertEqual((mine | theirs).debtor_id, self._debtor(self.keep))

    def test_drafts_of_two_policies_both_stay(self):
        mine = self._notice(self._items(self.inv_keep), state="draft")
        theirs = self._notice(
            self._items(self.inv_gone), state="draft", policy=self.policies["consumer"]
        )
        self._merge(self.keep, self.gone)
        self.assertEqual((mine | theirs).mapped("state"), ["draft", "draft"])

    def test_three_drafts_leave_one(self):
        third = self._customer("Third", "professional", email="same@client.example")
        inv_third = self._invoice(300, "2026-08-01", third)
        notices = self.env["dunning.notice"]
        for invoice in (self.inv_keep, self.inv_gone, inv_third):
            notices |= self._notice(self._items(invoice), state="draft")
        self._merge(self.keep, self.gone, third)
        self.assertEqual(
            sorted(notices.mapped("state")), ["cancelled", "cancelled", "draft"]
        )

    def test_chatter_activities_followers_and_files_move(self):
        debtor, other = self._debtor(self.keep), self._debtor(self.gone)
        follower, both = self._customer("Follower"), self._customer("Both")
        debtor.message_subscribe(both.ids)
        other.message_subscribe((follower | both).ids)
        message = other.message_post(body="Called, no answer")
        activity = other.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call"
        )
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "res_model": other._name, "res_id": other.id}
        )
        self._merge(self.keep, self.gone)
        self.assertIn(message, debtor.message_ids)
        self.assertEqual(activity.res_id, debtor.id)
        self.assertEqual(file.res_id, debtor.id)
        self.assertLessEqual(follower | both, debtor.message_partner_ids)
        self.assertIn("Gone", debtor.message_ids[0].body)

    def test_collector_and_note_are_kept(self):
        debtor, other = self._debtor(self.keep), self._debtor(self.gone)
        debtor.note = "<p>Mine</p>"
        other.write({"user_id": self.user.id, "note": "<p>Theirs</p>"})
        self._merge(self.keep, self.gone)
        self.assertEqual(debtor.user_id, self.user)
        self.assertEqual(debtor.note, "<p>Mine</p><p>Theirs</p>")

    def test_own_collector_wins(self):
        colleague = new_test_user(
            self.env,
            "colleague",
            "dunning_fr.group_dunning_user",
            company_id=self.company.id,
        )
        debtor, other = self._debtor(self.keep), self._debtor(self.gone)
        debtor.user_id, other.user_id = self.user, colleague
        self._merge(self.keep, self.gone)
        self.assertEqual(debtor.user_id, self.user)

    def test_each_company_keeps_its_own_debtor(self):
        """Invariant 8: two companies, one of them unknown to whoever merges."""
        debtor, other = self._debtor(self.keep), self._debtor(self.gone)
        debtor_b = self._debtor(self.gone, self.company_b)
        hold_b = self.env["dunning.hold"].create({"debtor_id": debtor_b.id})
        user = new_test_user(
            self.env,
            "merger",
            "base.group_user,base.group_partner_manager",
            company_id=self.company.id,
        )
        self._merge(self.keep, self.gone, user=user)
        self.assertEqual(debtor_b.partner_id, self.keep)
        self.assertEqual(hold_b.debtor_id, debtor_b)
        self.assertFalse(other.exists())
        self.assertEqual(
            self.env["dunning.debtor"].search([("partner_id", "=", self.keep.id)]),
            debtor | debtor_b,
        )

    def test_company_dependent_settings_are_kept(self):
        policy_b = self.env["dunning.policy"].search(
            [
                ("company_id", "=", self.company_b.id),
                ("default_for_kind", "=", "consumer"),
            ]
        )
        self.gone.with_company(self.company).write(
            {
                "dunning_contract_rate_type": "fixed",
                "dunning_contract_rate": 12,
                "dunning_excluded": True,
            }
        )
        self.gone.with_company(self.company_b).dunning_policy_id = policy_b
        self._merge(self.keep, self.gone)
        keep = self.keep.with_company(self.company)
        self.assertEqual(keep.dunning_contract_rate_type, "fixed")
        self.assertEqual(keep.dunning_contract_rate, 12)
        self.assertTrue(keep.dunning_excluded)
        self.assertFalse(keep.dunning_policy_id)
        keep_b = self.keep.with_company(self.company_b)
        self.assertEqual(keep_b.dunning_policy_id, policy_b)
        self.assertFalse(keep_b.dunning_excluded)

    def test_never_remind_survives_a_written_no(self):
        in_b = self.keep.with_company(self.company_b)
        in_b.dunning_excluded = True
        in_b.dunning_excluded = False
        self.gone.with_company(self.company_b).dunning_excluded = True
        self._merge(self.keep, self.gone)
        self.assertTrue(self.keep.with_company(self.company_b).dunning_excluded)

    def test_a_confirmed_kind_is_not_lost(self):
        blank = self._customer("Blank", email="same@client.example")
        self._merge(blank, self.gone, into=blank)
        self.assertEqual(blank.debtor_kind, "professional")

    def test_merged_contacts_that_are_no_debtors(self):
        one = self._customer("One", email="x@client.example")
        two = self._customer("Two", email="x@client.example")
        self._merge(one, two, into=one)
        self.assertFalse(two.exists())
        self.assertFalse(one.dunning_debtor_ids)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestParentChange(LedgerCommon):
    """A contact that gets a parent takes its journal items along, and its debtor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls._customer("Group", "professional")
        cls.branch = cls._customer("Branch", "professional", is_company=False)
        cls.invoice = cls._invoice(100, "2026-08-01", cls.branch)

    def test_debtor_moves_to_the_new_parent(self):
        debtor = self._debtor(self.branch)
        notice = self._notice(self._items(self.invoice))
        self.branch.parent_id = self.group
        self.assertEqual(self._items(self.invoice).partner_id, self.group)
        self.assertEqual(debtor.partner_id, self.group)
        self.assertEqual(notice.partner_id, self.group)
        self.assertEqual(notice.recipient_name, "Branch")
        self.assertEqual(self.group.dunning_notice_count, 1)

    def test_debtor_is_merged_with_the_parents(self):
        debtor, other = self._debtor(self.group), self._debtor(self.branch)
        hold = self.env["dunning.hold"].create({"debtor_id": other.id})
        draft = self._notice(self._items(self.invoice), state="draft")
        sent = self._notice(self._items(self.invoice))
        self.branch.parent_id = self.group
        self.assertFalse(other.exists())
        self.assertEqual(hold.debtor_id, debtor)
        self.assertEqual(debtor.notice_ids, draft | sent)

    def test_debtors_of_every_company_move(self):
        company_b = self._create_company(
            name="Second French company", country_id=self.env.ref("base.fr").id
        )
        debtors = self._debtor(self.branch) | self._debtor(self.branch, company_b)
        mine = self._debtor(self.group)
        self.branch.parent_id = self.group
        self.assertEqual(debtors.exists().company_id, company_b)
        self.assertEqual(debtors.exists().partner_id, self.group)
        self.assertTrue(mine.exists())

    def test_the_level_of_items_goes_along(self):
        self._notice(self._items(self.invoice), 2)
        opened = self._invoice(50, "2026-08-01", self.branch)
        item = self._items(opened)
        self.env["dunning.opening.level"].sudo().create(
            {
                "company_id": self.company.id,
                "move_line_id": item.id,
                "move_name": opened.name,
                "document_key": self._key(item),
                "date_maturity": item.date_maturity,
                "sequence": 1,
                "date": "2026-08-15",
                "reason": "Reminded by hand",
            }
        )
        self.branch.parent_id = self.group
        self.env.invalidate_all()
        self.assertEqual((self.invoice | opened).mapped("dunning_level"), [2, 1])
        self.assertEqual(self.group.dunning_level, 2)

    def test_a_user_without_dunning_rights_may_do_it(self):
        debtor = self._debtor(self.branch)
        user = new_test_user(
            self.env,
            "contacts",
            "base.group_user,base.group_partner_manager,account.group_account_invoice",
            company_id=self.company.id,
        )
        self.branch.with_user(user).parent_id = self.group
        self.assertEqual(debtor.partner_id, self.group)

    def test_a_company_under_a_holding_keeps_its_debts(self):
        self.branch.is_company = True
        debtor = self._debtor(self.branch)
        self.branch.parent_id = self.group
        self.assertEqual(debtor.partner_id, self.branch)
        self.assertEqual(self._items(self.invoice).partner_id, self.branch)

    def test_a_contact_that_leaves_takes_nothing(self):
        self.branch.parent_id = self.group
        debtor = self._debtor(self.group)
        self.branch.parent_id = False
        self.assertEqual(debtor.partner_id, self.group)
        self.assertEqual(self._items(self.invoice).partner_id, self.group)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDebtorOnDemand(LedgerCommon):
    def test_open_debtor_creates_once(self):
        action = self.pro.action_open_debtor()
        debtor = self.env["dunning.debtor"].browse(action["res_id"])
        self.assertEqual(
            (debtor.partner_id, debtor.company_id), (self.pro, self.company)
        )
        self.assertEqual(self.pro.action_open_debtor(), action)

    def test_a_contacts_debtor_is_its_commercial_partner(self):
        contact = self._customer("Contact", is_company=False, parent_id=self.pro.id)
        self.assertEqual(self._debtor(contact).partner_id, self.pro)

    def test_an_archived_debtor_is_found_again(self):
        debtor = self._debtor(self.pro)
        debtor.active = False
        self.assertEqual(self._debtor(self.pro), debtor)

    def test_notice_count_and_list(self):
        invoice = self._invoice(100, "2026-08-01")
        notice = self._notice(self._items(invoice))
        self._notice(self._items(invoice), state="cancelled")
        contact = self._customer("Contact", is_company=False, parent_id=self.pro.id)
        other = self._customer("Other", "professional")
        self.assertEqual(
            (self.pro | contact | other).mapped("dunning_notice_count"), [1, 1, 0]
        )
        action = contact.action_open_dunning_notices()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), notice)

    def test_notice_count_shows_without_dunning_rights(self):
        self._notice(self._items(self._invoice(100, "2026-08-01")))
        user = new_test_user(
            self.env,
            "biller",
            "account.group_account_invoice",
            company_id=self.company.id,
        )
        self.assertEqual(self.pro.with_user(user).dunning_notice_count, 1)
