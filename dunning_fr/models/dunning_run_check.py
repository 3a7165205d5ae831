from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .dunning_breakdown import money

# A bank journal without entry for longer than this may hide payments. Product choice.
STALE_BANK_DAYS = 7
MAX_NAMES = 10  # of entries in a message

OPEN_CREDITS = [
    ("parent_state", "=", "posted"),
    ("reconciled", "=", False),
    ("amount_residual", "<", 0),
    ("account_id.account_type", "=", "asset_receivable"),
    ("account_id.non_trade", "=", False),
]


class DunningRunCheck(models.AbstractModel):
    """What a careful person looks at before letting a run go.

    Checks warn; they stop nobody. Each is a dict for Odoo's ``actionable_errors``
    widget: level, message, and where useful an action that helps.
    """

    _name = "dunning.run.check"
    _description = "Checks of a run before sending"

    checks = fields.Json(compute="_compute_checks")

    @api.depends("state", "date", "notice_ids.state", "notice_ids.failure_reason")
    def _compute_checks(self):
        for run in self:
            found = {}
            if run.ids and run.state in ("draft", "prepared"):
                found.update(run._check_bank())
                found.update(run._check_later_run())
            if run.ids and run.state == "prepared":
                found.update(run._check_company_data())
                found.update(run._check_credits())
                found.update(run._check_credits_elsewhere())
                found.update(run._check_mutual())
                found.update(run._check_transfers())
                found.update(run._check_unreachable())
                found.update(run._check_to_qualify())
                found.update(run._check_refused())
            run.checks = found or False

    def _check_bank(self):
        """Say up to which day each bank journal is filled in."""
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company_id.id), ("type", "=", "bank")]
        )
        entries = self._last_days("account.move", [("state", "=", "posted")], journals)
        statements = self._last_days("account.bank.statement", [], journals)
        limit = self.date - timedelta(days=STALE_BANK_DAYS)
        found = {}
        for journal in journals:
            last = entries.get(journal)
            if last and last >= limit:
                continue
            found[f"bank_{journal.id}"] = {
                "level": "warning",
                "message": self._bank_message(journal, last, statements.get(journal)),
            }
        return found

    @api.model
    def _last_days(self, model, domain, journals):
        domain = [*domain, ("journal_id", "in", journals.ids)]
        rows = self.env[model]._read_group(domain, ["journal_id"], ["date:max"])
        return {journal: day for journal, day in rows if day}

    @api.model
    def _bank_message(self, journal, last, statement):
        if not last:
            return self.env._(
                "%s has no entry yet: payments received are not known here.",
                journal.display_name,
            )
        values = {"journal": journal.display_name, "day": format_date(self.env, last)}
        if statement:
            return self.env._(
                "%(journal)s: last entry on %(day)s, last statement of %(statement)s. "
                "Payments received since would be asked for again.",
                statement=format_date(self.env, statement),
                **values,
            )
        return self.env._(
            "%(journal)s: last entry on %(day)s. Payments received since would be "
            "asked for again.",
            **values,
        )

    def _check_later_run(self):
        later = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">", self.date),
                ("state", "in", ("prepared", "done")),
            ],
            limit=1,
        )
        if not later:
            return {}
        return {
            "later_run": {
                "level": "warning",
                "message": self.env._(
                    "This run is dated before another one (%s). Intervals since the "
                    "last notice still hold.",
                    format_date(self.env, later.date),
                ),
            }
        }

    def _check_company_data(self):
        """Say what the company lacks: no notice, or no letter, leaves without it."""
        problems = self.env["dunning.notice"]._company_problems(self.company_id)
        found = {}
        for text in problems["always"] + problems["signed"]:
            level = "danger" if text in problems["always"] else "warning"
            found[f"company_{len(found)}"] = {"level": level, "message": text}
        return found

    # ----------------------------------------------------------------- drafts

    def _draft_domain(self, *extra):
        return [("run_id", "=", self.id), ("state", "=", "draft"), *extra]

    def _draft_partners(self, *extra):
        groups = self.env["dunning.notice"]._read_group(
            self._draft_domain(*extra), [], ["partner_id:recordset"]
        )
        return groups[0][0]

    def _check_credits(self):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("partner_id", "in", self._draft_partners().ids),
            *OPEN_CREDITS,
        ]
        [[count, amount]] = self.env["account.move.line"]._read_group(
            domain, [], ["__count", "amount_residual:sum"]
        )
        if not count:
            return {}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_item"
        )
        return {
            "credits": {
                "level": "warning",
                "message": self.env._(
                    "Credit notes and receipts of these debtors not matched with an "
                    "invoice: %(count)s, for %(amount)s. They are deducted, and no "
                    "formal notice leaves while they are open.",
                    count=count,
                    amount=money(self.env, {self.company_id.currency_id: -amount}),
                ),
                "action_text": self.env._("Look at them"),
                "action": {
                    **action,
                    "name": self.env._("Open credits"),
                    "domain": domain,
                },
            }
        }

    def _check_credits_elsewhere(self):
        """Warn of what another branch has received: it is not deducted here."""
        received = self.env["dunning.engine"]._received_elsewhere(
            self.company_id, self._draft_partners().ids
        )
        if not received:
            return {}
        total = sum(amount for amount, _branches in received.values())
        names = {name for _amount, name in received.values()}
        return {
            "credits_elsewhere": {
                "level": "warning",
                "message": self.env._(
                    "Other branches (%(branches)s) hold receipts or credit notes of "
                    "these debtors not matched with an invoice: %(amount)s. They are "
                    "not deducted here: match them first.",
                    branches=", ".join(sorted(names)),
                    amount=money(self.env, {self.company_id.currency_id: float(total)}),
                ),
            }
        }

    def _check_transfers(self):
        """Name entries that move debts, whose credit is matched with none yet."""
        found = self.env["dunning.transfer"]._unmatched(self.company_id)
        if not found:
            return {}
        names = [own[0].entry for own in found.values()]
        shown = ", ".join(names[:MAX_NAMES]) + ("…" if names[MAX_NAMES:] else "")
        lines = [source.id for own in found.values() for source in own]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_item"
        )
        return {
            "transfers": {
                "level": "warning",
                "message": self.env._(
                    "Entries that move debts to another account, not reconciled with "
                    "the invoices they move: %s. Their credit is taken for money "
                    "received: reconcile it with those invoices, or nothing of them "
                    "is asked for.",
                    shown,
                ),
                "action_text": self.env._("Look at them"),
                "action": {
                    **action,
                    "name": self.env._("Transfers to reconcile"),
                    "domain": [("id", "in", lines)],
                },
            }
        }

    def _check_unreachable(self):
        """Warn of debtors without any address; sending says it notice by notice."""
        partners = self.env["res.partner"].search(
            [
                ("id", "in", self._draft_partners().ids),
                ("email", "=", False),
                "|",
                ("street", "=", False),
                ("city", "=", False),
                "!",
                (
                    "child_ids",
                    "any",
                    ["|", ("email", "!=", False), ("street", "!=", False)],
                ),
            ]
        )
        if not partners:
            return {}
        return {
            "unreachable": {
                "level": "danger",
                "message": self.env._(
                    "Debtors with neither an e-mail nor a postal address: %s. Their "
                    "notices cannot leave.",
                    len(partners),
                ),
                "action_text": self.env._("Complete them"),
                "action": self._open_partners(self.env._("No address"), partners.ids),
            }
        }

    def _check_to_qualify(self):
        partners = self._draft_partners(("debtor_kind", "=", False))
        if not partners:
            return {}
        action = self._open_partners(self.env._("To qualify"), partners.ids)
        return {
            "to_qualify": {
                "level": "info",
                "message": self.env._(
                    "Debtors to qualify: %s. Only the principal is asked for, and no "
                    "formal notice leaves.",
                    len(partners),
                ),
                "action_text": self.env._("Qualify them"),
                "action": action,
            }
        }

    def _check_refused(self):
        """Gather the drafts that a first attempt to send could not let go."""
        count = self.env["dunning.notice"].search_count(
            self._draft_domain(("failure_reason", "!=", False))
        )
        if not count:
            return {}
        return {
            "refused": {
                "level": "danger",
                "message": self.env._(
                    "Notices that could not leave: %s. Each says what is missing.",
                    count,
                ),
                "action_text": self.env._("See why"),
                "action": {
                    **self._open_notices([]),
                    "domain": self._draft_domain(("failure_reason", "!=", False)),
                },
            }
        }

    @api.model
    def _open_partners(self, name, partner_ids):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dunning_fr.action_dunning_to_qualify"
        )
        return {
            **action,
            "name": name,
            "domain": [("id", "in", partner_ids)],
            "context": {},
        }
