from .common import DunningCommon


class LedgerCommon(DunningCommon):
    """Sent notices made by hand, where a test is about what follows them."""

    @classmethod
    def _items(cls, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).sorted("date_maturity")

    @classmethod
    def _key(cls, item):
        key = f"{item.move_id.id}:{item.date_maturity}"
        return f"{key}:{item.id}" if item.move_id.move_type == "entry" else key

    @classmethod
    def _debtor(cls, partner, company=None):
        company = company or cls.company
        return partner.with_company(company)._dunning_debtor()

    @classmethod
    def _notice(cls, items, sequence=1, date="2026-09-01", state="sent", **values):
        """Make a notice that carries ``items`` at level ``sequence``."""
        company, partner = items.company_id, items.partner_id
        policy = values.pop("policy", None) or cls.env["dunning.policy"].search(
            [
                ("company_id", "=", company.id),
                ("default_for_kind", "=", partner.debtor_kind or "professional"),
            ]
        )
        level = policy.level_ids.filtered(lambda lvl: lvl.sequence == sequence)
        lines = [
            {
                "move_line_id": item.id,
                "level_sequence": sequence,
                "move_name": item.move_name,
                "document_key": cls._key(item),
                "date_maturity": item.date_maturity,
                "residual": item.amount_residual,
                "amount_original": item.amount_currency,
                "claimed": True,
            }
            for item in items
        ]
        notice = (
            cls.env["dunning.notice"]
            .sudo()
            ._proof_unlocked()
            .create(
                {
                    "name": f"R/{items[:1].move_name}/{sequence}",
                    "debtor_id": cls._debtor(partner, company).id,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": items.currency_id.id,
                    "policy_id": policy.id,
                    "level_id": level.id,
                    "is_formal_notice": level.is_formal_notice,
                    "date": date,
                    "state": state,
                    "recipient_name": partner.name,
                    "amount_principal": sum(items.mapped("amount_residual")),
                    "line_ids": [(0, 0, values) for values in lines],
                    **values,
                }
            )
        )
        return cls.env["dunning.notice"].browse(notice.id)
