from decimal import Decimal

from odoo import models

from ..tools.procedures import opinions

# Conditions that only the steps of a case, or the text itself, answer
ANSWERED = ("fact_missing", "fact_present", "disputed", "formal_running", "time_barred")


class DunningDocumentDraft(models.TransientModel):
    """What stops a document, or what a person should know before it is made."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.document.draft"

    def _document_problem(self):
        """Say what stops the document whatever its text; empty when nothing does."""
        if not self.date or self.date > self.company_id._dunning_today():
            return self.env._("A document is not dated later than today.")
        claims = self.case_id._claims_on(self._document_day()).values()
        missing = {line.claim.missing for line in claims if line.claim.missing}
        if missing:
            message = self.env["dunning.rate"]._missing_rate_message
            return message(", ".join(sorted(missing)))
        later = self._document_born_later()
        if later and later == self.case_id.move_ids:
            return self._document_later_text(later)
        return "\n".join(self._document_obstacles()) if self.kind_id.is_strict else ""

    def _document_obstacles(self):
        """Return sentences on what closes the procedure of this kind of document.

        From the conditions of the procedure, against the sums of this very day. A
        dispute is none: the document tells it.
        """
        kind, case = self.kind_id, self.case_id
        own = kind.procedure_ids & case.procedure_id or kind.procedure_ids[:1]
        if not own:
            return []
        _rows, sums = self._document_amounts()
        names = ("principal", "interest", "indemnity")
        principal, interest, indemnity = (Decimal(str(sums[name])) for name in names)
        matter = self.env["dunning.legal"]._matter(case.debtor_id, [], self.date)
        matter = matter._replace(
            amount=principal + interest + indemnity,
            principal=principal,
            interest=interest,
            is_time_barred=False,
        )
        conditions = self.env["dunning.procedure.condition"]
        return [
            conditions.browse(condition.id)._sentence()
            for opinion in opinions(matter, own._rule_procedures(self.date))
            for condition in opinion.obstacles
            if condition.criterion not in ANSWERED
        ]

    def _document_warning(self):
        """Return what the law sees otherwise for this document, for a person to read.

        Obstacles of the case, and a document of another procedure.
        """
        texts = [self.case_id.obstacle_text or "", *self._document_count_texts()]
        if not self.kind_id.is_strict:
            texts += self._document_obstacles()
        if self.kind_id not in self.kind_id._fits(self.case_id.procedure_id):
            texts.append(
                self.env._(
                    "“%(document)s” is not a document of the procedure "
                    "“%(procedure)s”.",
                    document=self.kind_id.name,
                    procedure=self.case_id.procedure_id.name,
                )
            )
        if (
            "exhibit_table" in str(self.kind_id.body_html)
            and self._document_uncounted()
        ):
            texts.append(
                self.env._(
                    "The list of exhibits tells no pages yet: build the court file "
                    "first, they are counted then."
                )
            )
        return "\n".join(filter(None, texts))

    def _document_count_texts(self):
        """Return what a person should know of how the amounts are counted."""
        later = self._document_born_later()
        texts = [self._document_later_text(later)] if later else []
        if len(self._document_decisions()) > 1:
            texts.append(
                self.env._(
                    "Several decisions were given: article 700, costs and what was "
                    "refused are those of the last one. Enter there what it leaves "
                    "standing of the earlier ones."
                )
            )
        return texts

    def _document_later_text(self, moves):
        return self.env._(
            "Born since the judgment, so paid when due and not declared (R6.39): %s. "
            "Was it delivered before? Enter the delivery date on the invoice.",
            ", ".join(moves.sorted("name").mapped("name")),
        )
