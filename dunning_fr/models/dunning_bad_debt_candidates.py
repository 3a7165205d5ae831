from odoo import api, models


class DunningBadDebt(models.Model):
    """Debts a step is proposed for, where nobody chose any."""

    # A file for each reason to change
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "dunning.bad.debt"

    @api.model
    def _candidates(self, company, step, day, line_ids=None):
        """Return (items, facts, standing) that ``step`` is proposed for.

        :param line_ids: what a person chose; None: late debts with a fact, and for
            an impairment or a loss the doubtful ones too
        :return: [``DunningItem``], {item id: ([text], key)}, steps in force
        """
        lines = self.env["account.move.line"]
        partners = None if line_ids is None else lines.browse(line_ids).partner_id.ids
        items = [
            item
            for item in lines._dunning_items(company, partner_ids=partners)
            if item.residual > 0 and (line_ids is None or item.id in set(line_ids))
        ]
        facts = self._facts(company, items, day)
        standing = self._standing(company, [item.id for item in items])
        if line_ids is None:
            known = set() if step == "doubtful" else set(standing.move_line_id.ids)
            items = [
                item
                for item in items
                if (item.id in known or facts[item.id][0] and step != "loss")
                and not item.account_excluded
            ]
        if step == "doubtful":
            done = standing.filtered(lambda s: s.step == "doubtful").move_line_id.ids
            items = [item for item in items if item.id not in set(done)]
        return items, facts, standing

    @api.model
    def _open_losses(self, companies, partner_ids=None):
        """Return the losses on which money may still come in."""
        domain = [
            ("company_id", "in", companies.ids),
            ("step", "=", "loss"),
            ("state", "=", "posted"),
        ]
        if partner_ids is not None:
            domain.append(("partner_id", "in", list(partner_ids)))
        return self.search(domain).filtered(
            lambda loss: (
                loss.company_currency_id.compare_amounts(
                    loss.amount_company, loss._recovered()
                )
                > 0
            )
        )
