from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all, html2plaintext

from ..tools.words import listed

# Mail servers give up after 4 to 5 days (RFC 5321, 4.5.4.1); a report that comes later
# is looked at by a person. Product choice.
BOUNCE_DAYS = 7


class DunningDispatch(models.Model):
    """What came back: believed, it has reached nobody; doubted, a person looks.

    Whoever received a notice can forge a report about it. It is taken as a fact where
    nothing speaks against it (``_bounce_doubts``); else the notice stays what it is
    and its collector decides. No report is lost.
    """

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.dispatch"

    doubt_on = fields.Datetime(string="Said to have come back on")
    doubt_reason = fields.Text(string="Doubtful report")
    doubt_addresses = fields.Char(string="Doubtful addresses")

    def _addresses(self):
        """Return the addresses it was sent to."""
        return [a for a in (self.recipient or "").split(", ") if a]

    # ----------------------------------------------------------------- believed

    def _register_bounce(self, reason, addresses=()):
        """Record that the message came back: what never arrived reaches no level.

        As long as one of its addresses is not lost, it has arrived. Else the dispatch
        fails; if it was the notice's only one, another channel takes its place, or
        the notice fails with it and its items stay where they were. A letter of the
        same notice still counts.

        :param addresses: those that the report names; empty where it names none
        """
        gone = ("sent", "sending", "unknown")
        for dispatch in self.filtered(lambda d: not d.bounced_on or d.state in gone):
            if dispatch._keeps_an_address(reason, addresses):
                continue
            facts = {"bounced_on": fields.Datetime.now(), "bounce_reason": reason}
            facts["doubt_on"] = False
            if dispatch.state in (*gone, "ready"):
                text = dispatch._bounce_text(reason)
                facts["unreachable"] = True
                dispatch._move("failed", failure_reason=text, **facts)
            else:
                # sudo: the mail gateway has no rights on dispatches
                dispatch.sudo()._proof_unlocked().write(facts)

    def _keeps_an_address(self, reason, addresses):
        """Remember what is lost; return whether another address is left."""
        own = self._addresses()
        if self.provider != "email" or not own:
            return False
        lost = [address for address in own if address in addresses]
        if not lost and len(own) == 1:
            lost = own
        memory = self.env["dunning.lost.address"]
        memory._remember(self, lost, reason)
        if not lost:
            return False  # nobody knows which: none of them counts
        live = memory._live(self.company_id, own)
        left = [address for address in own if address not in live]
        if left:
            self._ask_collector(self.env["dunning.channel"], lost, left, reason)
        return bool(left)

    def _bounce_text(self, reason):
        if self.provider == "email":
            return self.env._("The e-mail came back: %s", reason)
        return self.env._("It did not arrive: %s", reason)

    def _retry(self):
        """Queue again, without the addresses that came back."""
        memory = self.env["dunning.lost.address"]
        hopeless = self.browse()
        for dispatch in self.filtered(lambda d: d.provider == "email"):
            own = dispatch._addresses()
            lost = memory._live(dispatch.company_id, own)
            left = [address for address in own if address not in lost]
            if not left:
                hopeless += dispatch
            elif lost:
                dispatch._write_to(left)
        if hopeless and hopeless == self:
            raise UserError(
                self.env._(
                    "%(recipient)s came back. Correct the address on the customer and "
                    "make a new notice; or, if it works again, say so under "
                    "Configuration, Addresses that came back.",
                    recipient=", ".join(hopeless.mapped("recipient")),
                )
            )
        return super(DunningDispatch, self - hopeless)._retry()

    def _write_to(self, addresses):
        """Send what failed to some of its addresses only."""
        # sudo: evidence has no other writer; the caller checked the person
        trusted = self.sudo()._proof_unlocked()
        trusted.recipient = ", ".join(addresses)
        mail = trusted._mail()
        if mail:
            values = trusted._prepare_mail_values(mail.mail_message_id)
            mail.write({"email_to": values["email_to"]})

    # ------------------------------------------------------------------ doubted

    def _bounce_doubts(self, report):
        """Return why a report may be forged, in a person's words; none: a fact.

        :param report: what ``mail.thread._dunning_report`` read
        """
        env = self._worded().env
        doubts = []
        if report["sender"]:
            doubts.append(
                env._(
                    "it was sent by %s, and mail servers report without a sender",
                    report["sender"],
                )
            )
        if report["to"].isdisjoint(self._answered_to()):
            doubts.append(
                env._("it was not sent to the address where mail servers report")
            )
        own = self._addresses()
        if report["named"] and report["named"].isdisjoint(own):
            doubts.append(
                env._("it names %s instead", ", ".join(sorted(report["named"])))
            )
        left = self.sending_since or self.done_on
        if left and left < fields.Datetime.now() - timedelta(days=BOUNCE_DAYS):
            doubts.append(env._("it comes more than %s days later", BOUNCE_DAYS))
        if self._was_answered(report["named"]):
            doubts.append(env._("the e-mail has been answered"))
        return doubts

    def _answered_to(self):
        """Return the addresses to which a mail server may report."""
        company = self.company_id
        # sudo: settings of mail servers, of which only addresses are read
        # pylint: disable=no-search-all  # a handful of each, and all of them meant
        domains = self.env["mail.alias.domain"].sudo().search([])
        servers = self.env["ir.mail_server"].sudo().search([])
        # pylint: enable=no-search-all
        known = [
            company.email,
            self.mail_message_id.email_from,
            *domains.mapped("bounce_email"),
            *domains.mapped("default_from_email"),
            *servers.mapped("from_filter"),
            *servers.mapped("smtp_user"),
            self.env["ir.mail_server"].sudo()._get_default_from_address(),
        ]
        return self._normalized(known)

    @api.model
    def _normalized(self, texts):
        found = {a for text in texts if text for a in email_normalize_all(text)}
        return found - {False}

    def _was_answered(self, named):
        """Return whether somebody has answered from where it is said to have failed."""
        own = self._addresses()
        # sudo: answers on the debtor's discussion, only to see who wrote them
        answers = self.env["mail.message"].sudo()
        if self.mail_message_id:
            answers = answers.search(
                [
                    ("parent_id", "=", self.mail_message_id.id),
                    ("message_type", "=", "email"),
                    ("model", "=", "dunning.debtor"),
                ]
            )
        if len(own) == 1:
            return bool(answers)
        written = self._normalized(answers.mapped("email_from"))
        return not written.isdisjoint(named & {*own} or own)

    def _doubt_bounce(self, reason, doubts, addresses=()):
        """Ask the collector about a report that nobody should believe unseen."""
        notice = self.notice_id
        # sudo: the mail gateway has no rights on dispatches
        self.sudo()._proof_unlocked().write(
            {
                "doubt_on": fields.Datetime.now(),
                "doubt_reason": reason,
                "doubt_addresses": ", ".join(addresses),
            }
        )
        said = self._worded().with_context(lang=notice._collector().lang)
        notice._open_task(
            said._doubt_summary(),
            notice._get_html_link(title=notice.name),
            said.env._(
                "A report says that it came back, but %s. The notice stays as it is: "
                "say on it whether it came back.",
                listed(said.env, doubts),
            ),
            html2plaintext(reason),
        )
        notice._log_on_debtor(
            self.env._("doubtful report that it came back: %s", reason[:500])
        )

    def _doubt_summary(self):
        return self.env._("Did %s come back?", self.notice_id.name)

    def _decide_doubt(self, came_back):
        """Write down what a person says of doubtful reports."""
        for dispatch in self:
            reason = dispatch.doubt_reason or ""
            addresses = (dispatch.doubt_addresses or "").split(", ")
            # sudo: evidence has no other writer; the caller checked the person
            dispatch.sudo()._proof_unlocked().doubt_on = False
            if came_back:
                dispatch.sudo()._register_bounce(reason, addresses)


class DunningNotice(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.notice"

    has_doubt = fields.Boolean(
        string="Doubtful report to decide", compute="_compute_has_doubt"
    )

    @api.depends("dispatch_ids.doubt_on", "dispatch_ids.state")
    def _compute_has_doubt(self):
        for notice in self:
            notice.has_doubt = bool(notice._doubted())

    def _doubted(self):
        return self.dispatch_ids.filtered(
            lambda d: d.doubt_on and d.state in ("sent", "unknown")
        )

    def action_came_back(self):
        """Believe a doubtful report: the e-mail has reached nobody."""
        return self._decide_doubts(True)

    def action_did_not_come_back(self):
        """Believe it not: the notice stays sent."""
        return self._decide_doubts(False)

    def _decide_doubts(self, came_back):
        self._check_sender()
        doubted = self._doubted()
        if not doubted:
            raise UserError(self.env._("Nothing is said to have come back here."))
        for dispatch in doubted:
            notice = dispatch.notice_id
            lang = notice._collector().lang
            summary = dispatch.with_context(lang=lang)._doubt_summary()
            # sudo: the task may be on a colleague's list
            tasks = notice.debtor_id.sudo().activity_ids
            tasks.filtered(lambda task, s=summary: task.summary == s).unlink()
            notice._log_on_debtor(
                self.env._("the report that it came back is true")
                if came_back
                else self.env._("the report that it came back is false")
            )
        doubted._decide_doubt(came_back)
        return True
