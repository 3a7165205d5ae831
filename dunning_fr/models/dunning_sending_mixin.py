import hashlib
import json

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import float_repr

# What the hash of a notice covers: data of its own, no link that may be rewritten.
HASHED_FIELDS = (
    "name", "date", "deadline_date", "debtor_kind", "is_formal_notice",
    "is_pre_reminder", "lang", "recipient_name", "recipient_address",
    "recipient_email", "subject", "body", "amount_principal", "amount_interest",
    "amount_indemnity", "amount_total",
)  # fmt: skip
HASHED_IF_SET = ("recipient_cc", "recipient_phone")  # not there in older hashes
HASHED_LINE_FIELDS = (
    "move_name", "document_key", "level_sequence", "invoice_date", "order_ref",
    "date_maturity", "days_late", "amount_original", "residual", "claimed",
    "interest", "indemnity",
)  # fmt: skip


class DunningSendingMixin(models.AbstractModel):
    """From draft to queued: check, freeze, hand over to the worker.

    Runs in a person's request, which Odoo may run again on a conflict: it renders
    nothing, sends nothing and commits nothing.
    """

    _name = "dunning.sending.mixin"
    _description = "Approval of notices"

    # ----------------------------------------------------------------- actions

    def action_send(self):
        """Approve the drafts among ``self`` and queue them; opens no wizard.

        What is not a draft any more is left alone, so that a second click does
        nothing. A draft that cannot leave stays one, with its ``failure_reason``;
        the others are served.
        """
        self._check_sender()
        drafts = self.filtered(lambda notice: notice.state == "draft")
        drafts._refresh_drafts()
        drafts = drafts.filtered(lambda notice: notice.state == "draft")
        # sudo: nobody has rights on notices directly; the sender was checked above
        drafts = drafts.sudo()._proof_unlocked()
        channels, problems = drafts._freeze_recipients()
        complete = drafts.filtered(lambda notice: notice.id not in problems)
        for notice_id, missing in complete._freeze_text().items():
            if missing:
                problems[notice_id] = [self._missing_text(missing)]
        for notice in complete:
            missing = notice._channel_gaps(channels[notice.id])
            if missing and notice.id not in problems:
                problems[notice.id] = [self._missing_text(missing)]
        drafts._tell_problems(problems)
        drafts.filtered(lambda n: n.id not in problems)._queue(channels)
        return True

    # ---------------------------------------------------------------- business

    def _check_sender(self):
        if not (
            self.env.su or self.env.user.has_group("dunning_fr.group_dunning_user")
        ):
            raise AccessError(
                self.env._("Only collectors may send notices or record their delivery.")
            )
        self.check_access("read")

    def _freeze_recipients(self):
        """Write who receives each draft; return ({id: channels}, {id: problems})."""
        recipients = self.debtor_id._recipient_values()
        by_code = self.env["dunning.channel"]._by_code()
        lacking = {
            company: self._company_problems(company) for company in self.company_id
        }
        channels, problems = {}, {}
        for notice in self:
            recipient = notice._letter_recipient(recipients)
            found, trouble = notice._choose_channels(recipient, by_code)
            signed = notice.is_formal_notice or any(c._is_postal() for c in found)
            trouble += lacking[notice.company_id]["always"]
            trouble += lacking[notice.company_id]["signed"] if signed else []
            trouble += notice._archived_problems()
            channels[notice.id] = found
            if trouble:
                problems[notice.id] = trouble
            if not found and notice._wanted_channels(by_code):
                notice._open_task(self.env._("Find an address"), *trouble)
            notice.write(
                {
                    "recipient_partner_id": recipient["partner_id"],
                    "recipient_name": recipient["name"],
                    "recipient_address": recipient["address"],
                    "recipient_email": recipient["email"],
                    "recipient_phone": recipient["phone"],
                    "recipient_cc": notice._copies_to(recipient),
                    "lang": recipient["lang"],
                }
            )
        return channels, problems

    def _choose_channels(self, recipient, by_code):
        """Return (channels that can reach the debtor, list of problems).

        Where none of the level can, the first of the policy's order takes its place;
        a formal notice never loses its letter.
        """
        wanted = self._wanted_channels(by_code)
        if not wanted:
            return wanted, [self._problem_no_channel()]
        if recipient["invalid_email"] and by_code["email"] in wanted:
            return wanted, [self._problem_email(recipient["invalid_email"])]
        usable = wanted.filtered(lambda channel: channel._reach(recipient))
        lost = wanted - usable
        if self.is_formal_notice and any(channel._is_postal() for channel in lost):
            return wanted, [self._problem_address()]
        if not usable and not self.is_pre_reminder:
            usable = self._next_channel(recipient, wanted)
        if usable:
            return usable, []
        return usable, [self._problem_unreachable(recipient["lost_email"])]

    def _wanted_channels(self, by_code):
        return by_code["email"] if self.is_pre_reminder else self.level_id.channel_ids

    def _next_channel(self, recipient=None, tried=None):
        """Return the first channel of the policy's order that can still reach.

        :param recipient: of a draft; else the frozen one, and what was tried is what
            the notice has a dispatch for
        """
        channels = self.policy_id.fallback_ids.channel_id.filtered("active")
        if self.is_pre_reminder:
            return channels.browse()
        if recipient is None:
            recipient = self._frozen_recipient()
            live = self.dispatch_ids.filtered(lambda d: d.state != "cancelled")
            tried = live.channel_id
            if self._company_problems(self.company_id)["signed"]:
                channels = channels.filtered(lambda channel: not channel._is_postal())
        order = channels - tried
        return next(
            (c for c in order if c._reach(recipient) and not self._channel_gaps(c)),
            channels.browse(),
        )

    def _company_problems(self, company):
        """Return what ``company`` lacks, always and for what is signed."""
        name = company.display_name
        always, signed = [], []
        if not company._dunning_bank_account():
            always.append(
                self.env._(
                    "%s has no bank account: enter its IBAN on a bank journal.", name
                )
            )
        if not company.company_registry:
            always.append(
                self.env._("%s has no SIREN: enter it on the company (R10.3).", name)
            )
        if not company.email:
            always.append(
                self.env._("%s has no e-mail address: enter it on the company.", name)
            )
        if not company.dunning_signatory_name:
            signed.append(
                self.env._(
                    "%s has no signatory for its letters: enter one in the settings.",
                    name,
                )
            )
        return {"always": always, "signed": signed}

    def _archived_problems(self):
        if self.partner_id.active and self.debtor_id.active:
            return []
        return [
            self.env._(
                "%(debtor)s is archived: unarchive this customer, or cancel the "
                "notice.",
                debtor=self.partner_id.display_name,
            )
        ]

    def _problem_no_channel(self):
        return self.env._(
            "Level “%(level)s” of the policy “%(policy)s” has no channel: choose one.",
            level=self.level_id.display_name,
            policy=self.policy_id.display_name,
        )

    def _problem_email(self, text):
        return self.env._(
            "“%(text)s” is not a valid e-mail address: correct it on %(debtor)s or on "
            "its dunning contact.",
            text=text,
            debtor=self.partner_id.display_name,
        )

    def _problem_address(self):
        return self.env._(
            "%(debtor)s has no postal address, and a formal notice must be posted: "
            "enter a street and a town.",
            debtor=self.partner_id.display_name,
        )

    def _problem_unreachable(self, lost_email=""):
        problem = self.env._(
            "%(debtor)s has neither an e-mail address nor a postal address that this "
            "level can use: enter one on the customer or on its dunning contact.",
            debtor=self.partner_id.display_name,
        )
        return f"{problem} {lost_email}".strip()

    def _missing_text(self, labels):
        return self.env._(
            "The text needs what is not filled in: %s. Fill it in and send again.",
            ", ".join(labels),
        )

    def _tell_problems(self, problems):
        for notice in self:
            reason = "\n".join(problems.get(notice.id, ())) or False
            if notice.failure_reason != reason:
                notice.failure_reason = reason

    def _queue(self, channels):
        """Freeze the complete drafts and make one dispatch per channel."""
        if not self:
            return
        self.write(
            {
                "state": "queued",
                "approved_by": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )
        self.env["dunning.dispatch"].sudo()._proof_unlocked().create(
            [
                notice._prepare_dispatch_values(channel)
                for notice in self
                for channel in channels[notice.id]
            ]
        )
        self._seal()
        self._trigger_worker()

    def _seal(self):
        """Take the hash of what the notices say by now."""
        for notice in self:
            notice.content_hash = notice._content_digest()

    def _add_dispatch(self, channel, **values):
        """Send frozen notices through one more channel; its words are sealed, too."""
        # sudo: evidence has no other writer, and this is its own code
        trusted = self.sudo()._proof_unlocked()
        intact = trusted.filtered(lambda notice: notice._is_untampered())
        trusted.env["dunning.dispatch"].create(
            [{**n._prepare_dispatch_values(channel), **values} for n in trusted]
        )
        intact._seal()
        trusted._sync_state()
        trusted._trigger_worker()

    def _prepare_dispatch_values(self, channel):
        """Return the values of one dispatch (hook)."""
        return {
            "notice_id": self.id,
            "channel_id": channel.id,
            "recipient": channel._reach(self._frozen_recipient()),
            "text": self._channel_text(channel)[0],
        }

    def _frozen_recipient(self):
        """Return what ``_recipient_values`` said when the notice was frozen."""
        return {
            "partner_id": self.recipient_partner_id.id,
            "name": self.recipient_name,
            "email": self.recipient_email,
            "phone": self.recipient_phone,
            "address": self.recipient_address,
        }

    def _content_digest(self):
        """Return the hash of what the notice says, its PDF included once stored."""
        self.ensure_one()
        digits = self.currency_id.decimal_places
        content = {name: self._plain(self[name], digits) for name in HASHED_FIELDS}
        content.update({name: self[name] for name in HASHED_IF_SET if self[name]})
        content["currency"] = self.currency_id.name
        content["lines"] = [
            {name: self._plain(line[name], digits) for name in HASHED_LINE_FIELDS}
            for line in self.line_ids.sorted("id")
        ]
        own = self.dispatch_ids.filtered("text").sorted("id")
        if own:
            content["texts"] = [
                [d.channel_id.code, d.recipient, str(d.text)] for d in own
            ]
        # the web client's forms ask for sizes of files in place of files
        pdf = self.attachment_id.with_context(bin_size=False)
        content["pdf"] = hashlib.sha256(pdf.raw).hexdigest() if pdf else None
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @staticmethod
    def _plain(value, digits):
        if isinstance(value, float):
            return float_repr(value, digits)
        return value if isinstance(value, bool | int) else str(value)

    def _is_untampered(self):
        """Return whether what is stored is still what was approved."""
        self.ensure_one()
        return self.content_hash == self._content_digest()
