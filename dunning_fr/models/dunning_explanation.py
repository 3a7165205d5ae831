from odoo import api, models
from odoo.tools import SQL, formatLang
from odoo.tools.translate import LazyTranslate

from .dunning_breakdown import DayTexts

_lt = LazyTranslate(__name__)

# code of a verdict: (short label for lists, sentence for one item)
REASONS = {
    "ready": (_lt("Due for a reminder"), _lt("Level %(level)s is due.")),
    "not_late": (_lt("Not late"), _lt("Not late: due on %(due)s.")),
    "credit": (_lt("Credit"), _lt("A credit: deducted from what is reminded.")),
    "wait_delay": (
        _lt("Delay of the next level not reached"),
        _lt("Level %(level)s comes on %(on)s, at the end of its delay."),
    ),
    "wait_interval": (
        _lt("Minimum interval since the last notice"),
        _lt("Last notice too recent: level %(level)s may leave from %(on)s."),
    ),
    "too_soon": (
        _lt("Another message too recent"),
        _lt(
            "This debtor has had a message: level %(level)s may leave from %(on)s "
            "(R2.12)."
        ),
    ),
    "one_message": (
        _lt("Another notice to the debtor leaves first"),
        _lt(
            "Another notice to this debtor leaves first: level %(level)s may follow "
            "from %(on)s (R2.12)."
        ),
    ),
    "do_not_disturb": (
        _lt("Do not disturb"),
        _lt("Not to be disturbed%(because)s: level %(level)s may leave from %(on)s."),
    ),
    "last_level": (
        _lt("Last level sent"),
        _lt("The last level of the policy was sent: a person decides what follows."),
    ),
    "no_level": (_lt("Policy without level"), _lt("Its policy has no level.")),
    "no_policy": (
        _lt("No policy"),
        _lt("No policy applies: choose one for the customer or the debtor kind."),
    ),
    "to_qualify": (
        _lt("Debtor to qualify"),
        _lt(
            "Debtor to qualify: no formal notice leaves before somebody states the "
            "debtor kind on the customer."
        ),
    ),
    "by_person": (
        _lt("Left to a person"),
        _lt("Level %(level)s is never automatic: a person drafts it from the debtor."),
    ),
    "not_presented": (
        _lt("Formal notice not presented"),
        _lt(
            "Level %(level)s waits until the presentation of the formal notice (or "
            "“unclaimed”) is recorded on it."
        ),
    ),
    "no_formal_notice": (
        _lt("No formal notice sent"),
        _lt(
            "Level %(level)s follows a formal notice, and none was sent for this item."
        ),
    ),
    "pending": (
        _lt("Already in another notice"),
        _lt("Already in notice %(detail)s, which has not been sent or settled yet."),
    ),
    "no_partner": (
        _lt("No customer"),
        _lt("The journal item has no customer: add one."),
    ),
    "no_due_date": (
        _lt("No due date"),
        _lt("The journal item has no due date: add one to have it reminded."),
    ),
    "within_tolerance": (
        _lt("Within the tolerance"),
        _lt("What is still owed is within the tolerance of the company."),
    ),
    "account_excluded": (
        _lt("Account never reminded"),
        _lt("Its account is never reminded (holdbacks, bills…)."),
    ),
    "transfer_unclear": (
        _lt("Transfer that does not say which debt is left"),
        _lt(
            "Entry %(detail)s moved it together with others, and what is left of each "
            "cannot be told: undo the entry and move each invoice to a journal item "
            "of its own, of the same customer, amount and currency."
        ),
    ),
    "no_followup": (
        _lt("Marked “no follow-up”"),
        _lt("The journal item is marked “no follow-up”."),
    ),
    "blocked": (_lt("Payment blocked"), _lt("The payment of the invoice is blocked.")),
    "partner_excluded": (
        _lt("Customer never reminded"),
        _lt("The customer is set to “Never remind”."),
    ),
    "archived": (
        _lt("Archived"),
        _lt("The customer or the debtor is archived: restore it to have it reminded."),
    ),
    "paying_online": (
        _lt("Online payment under way"),
        _lt("An online payment of this invoice is under way."),
    ),
    "collected": (
        _lt("Collected by direct debit or bill"),
        _lt(
            "To be collected by direct debit or bill: the customer has nothing to do "
            "unless the bank returns it (enter the day on the invoice)."
        ),
    ),
    "einvoice_refused": (
        _lt("E-invoice refused"),
        _lt(
            "The buyer refused the e-invoice: answer, or make a credit note and a new "
            "invoice."
        ),
    ),
    "einvoice_rejected": (
        _lt("E-invoice rejected"),
        _lt(
            "A platform rejected the e-invoice: it did not reach the buyer. Correct it "
            "and send it again."
        ),
    ),
    "einvoice_disputed": (
        _lt("E-invoice in dispute"),
        _lt("The buyer disputes the e-invoice: answer, and record the dispute."),
    ),
    "einvoice_suspended": (
        _lt("E-invoice suspended"),
        _lt(
            "The buyer has suspended the e-invoice: it waits for a document or a "
            "correction from us."
        ),
    ),
    "time_barred": (
        _lt("Limitation date passed"),
        _lt("Its limitation date, %(on)s, has passed: a person decides."),
    ),
    "missing_rate": (
        _lt("Missing rate"),
        _lt(
            "The rates of %(detail)s are missing: enter them under Dunning › "
            "Configuration › Rates."
        ),
    ),
    "for_information": (
        _lt("Listed for information on a higher notice"),
        _lt(
            "Listed for information on a notice of a higher level; level %(level)s "
            "comes next."
        ),
    ),
    "credit_unallocated": (
        _lt("Unallocated credit before a formal notice"),
        _lt(
            "No formal notice leaves while a receipt or credit note of the debtor is "
            "unallocated: reconcile it first."
        ),
    ),
    "credit_elsewhere": (
        _lt("Unallocated credit in another branch, before a formal notice"),
        _lt(
            "No formal notice leaves while a receipt or credit note of the debtor is "
            "unallocated in another branch (%(detail)s): reconcile it first."
        ),
    ),
    "covered_by_credits": (
        _lt("Covered by open credits"),
        _lt(
            "Open credits or receipts of the debtor cover what is owed: reconcile them."
        ),
    ),
    "below_minimum": (
        _lt("Below the minimum of the level"),
        _lt("Less is owed than the minimum amount of level %(level)s."),
    ),
    "hold_dispute": (_lt("Dispute"), _lt("Disputed%(until)s%(because)s.")),
    "hold_promise": (_lt("Promise to pay"), _lt("Promised%(until)s%(because)s.")),
    "hold_plan": (_lt("Payment plan"), _lt("Payment plan%(until)s%(because)s.")),
    "hold_insolvency": (
        _lt("Insolvency proceedings"),
        _lt("Insolvency proceedings%(until)s%(because)s: declare the claim instead."),
    ),
    "hold_overindebtedness": (
        _lt("Over-indebtedness"),
        _lt("Over-indebtedness of an individual%(until)s%(because)s."),
    ),
    "hold_death": (
        _lt("Debtor deceased"),
        _lt("The debtor has died%(until)s%(because)s: the notary or the heirs answer."),
    ),
    "hold_struck_off": (
        _lt("Company struck off"),
        _lt(
            "Company struck off the register%(until)s%(because)s: a representative "
            "must be appointed before anything is claimed (R5.15)."
        ),
    ),
    "hold_grace": (
        _lt("Delay granted by a judge"),
        _lt("Delay granted by a judge%(until)s%(because)s (C. civ. 1343-5)."),
    ),
    "hold_small_claims": (
        _lt("Small-claims procedure"),
        _lt(
            "Small-claims procedure%(until)s%(because)s: nothing is asked for during "
            "the month to answer (R6.12)."
        ),
    ),
    "hold_mediation": (
        _lt("Mediation or conciliation"),
        _lt("Mediation or conciliation%(until)s%(because)s."),
    ),
    "hold_insurer": (
        _lt("Instruction of the credit insurer"),
        _lt("The credit insurer asks to wait%(until)s%(because)s."),
    ),
    "hold_document": (
        _lt("Document asked for"),
        _lt("The debtor waits for a document%(until)s%(because)s: send it."),
    ),
    "hold_factored": (
        _lt("Sold to a factor"),
        _lt("Sold to a factor%(until)s%(because)s, who reminds."),
    ),
    "hold_case": (_lt("Legal case"), _lt("Legal case%(until)s%(because)s.")),
    "hold_other": (_lt("Other hold"), _lt("On hold%(until)s%(because)s.")),
}


class DunningExplanation(models.AbstractModel):
    """Puts verdicts into the user's words: every number explains itself."""

    _inherit = "dunning.engine"

    @api.model
    def _reason_label(self, code):
        """Return the short label of a verdict's code, in the user's language."""
        return REASONS[code][0]._translate(self.env.lang or "en_US")

    @api.model
    def _reason(self, item, assessment, restarts=None, days=None):
        """Return one or two sentences on ``item``, in the user's language.

        :param days: the ``DayTexts`` of all items, where there are many
        """
        days = DayTexts(self.env) if days is None else days
        verdict = assessment.verdicts[item.id]
        due = assessment.dues.get(item.id) or item.date_maturity
        day = days[verdict.on]
        values = {
            "level": verdict.level.sequence if verdict.level else "",
            "on": day,
            "due": days[due],
            "detail": verdict.detail,
            "until": self.env._(" until %s", day) if day else "",
            "because": f" ({verdict.detail})" if verdict.detail else "",
        }
        sentence = (
            REASONS[verdict.code][1]._translate(self.env.lang or "en_US") % values
        )
        if item.id in assessment.undisputed and not verdict.code.startswith("hold_"):
            sentence += " " + self._part_reason(item, assessment)
        key = assessment.facts.keys[item.id]
        if restarts and item.move_id in restarts and key not in assessment.facts.past:
            sentence += " " + self._restart_reason(item, key, *restarts[item.move_id])
        return sentence

    @api.model
    def _part_reason(self, item, assessment):
        """Say what of an item is not asked for, and what still is."""
        left = assessment.owed[item.id]
        held = left / assessment.undisputed[item.id] - left
        currency = self.env["res.currency"].browse(item.currency_id)
        return self.env._(
            "Disputed or promised: %(held)s; asked for: %(left)s.",
            held=formatLang(self.env, float(held), currency_obj=currency),
            left=formatLang(self.env, float(left), currency_obj=currency),
        )

    @api.model
    def _restart_reason(self, item, key, notice, partner_id, sent_key):
        if sent_key == key and partner_id != item.partner_id:
            return self.env._(
                "Notice %s was sent to another customer: the item starts again.", notice
            )
        return self.env._(
            "Notice %s spoke of another due date: the item starts again.", notice
        )

    @api.model
    def _restarts(self, company, items):
        """Return {move id: (notice, its customer, its document key)} of the last sent.

        An invoice re-dated or addressed anew since then starts at level 1 again.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.move_id, notice.name, notice.partner_id,
                       line.document_key
                  FROM %s
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                 WHERE line.claimed AND line.level_sequence > 0
                   AND notice.company_id = %s AND notice.state = 'sent'
              ORDER BY notice.date, notice.id
                """,
                self.env["dunning.notice.line"]._of_moves_sql(
                    {item.move_id for item in items}
                ),
                company.id,
            )
        )
        return {move_id: found for move_id, *found in rows}
