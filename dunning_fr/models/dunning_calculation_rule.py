from odoo import api, models

from ..tools.claim import INDEMNITY_KINDS, LEGAL_RATE_KINDS


class DunningCalculationRule(models.AbstractModel):
    """The footnote of a calculation: by which rules it was made.

    Read by a judge: what no text or ruling settles is called the creditor's reading
    or choice, never the law.
    """

    _name = "dunning.calculation.rule"
    _description = "Rules of a calculation"

    @api.model
    def _rules(self, lines, company, as_of, references):
        """Say the rules of the claims of ``lines``, those that matter alone.

        An article that sets a figure is quoted as the figure itself quotes it.
        """
        kinds = {line.claim.debt.kind for line in lines if line.claim.segments}
        if not kinds:
            return []
        rules = [self._formula_rule(company)]
        if "professional" in kinds:
            article = references.figure("fr.b2b_margin", as_of)
            rules.append(self._professional_rule(company, article))
            rules += self._stated_rules([line.claim for line in lines])
            rules += self._floor_rules(company, [line.claim for line in lines])
        if "public" in kinds:
            rules.append(
                self.env._(
                    "Public buyers: interest runs from the day after the payment term "
                    "ends to the day the principal is put into payment, included; the "
                    "rate is that of the half-year in which it begins to run, for the "
                    "whole delay (CCP art. R2192-31 to R2192-33)."
                )
            )
        if kinds.intersection(LEGAL_RATE_KINDS):
            rules.append(
                self.env._(
                    "Legal interest runs from the day after the formal notice was "
                    "first presented to the day of payment, included, at the rate of "
                    "each half-year (C. civ. art. 1231-6 and 1344-1; CMF art. L313-2)."
                )
            )
        rules += self._reduction_rules(company)
        per_instalment = company.dunning_fee_per == "instalment"
        if per_instalment and kinds.intersection(INDEMNITY_KINDS):
            rules.append(
                self.env._(
                    "One indemnity for each late instalment: the creditor's reading, "
                    "after CJEU, 1 December 2022, C-419/21; no text settles it."
                )
            )
        if any(line.claim.debt.served for line in lines):
            rules.append(
                self.env._(
                    "From the day after the decision was served, legal interest alone; "
                    "it is never added to late-payment penalties on the same sum and "
                    "day (C. civ. art. 1231-6; %s).",
                    references.figure("fr.judgment_surcharge", as_of),
                )
            )
        return rules

    @api.model
    def _formula_rule(self, company):
        """Say the formula, and that no text sets its divisor or its rounding.

        R1.14, R1.16, R3.9: practice or a choice, and the sheet does not hide it.
        """
        if company.dunning_day_basis == "actual":
            formula = self.env._(
                "Interest of a period = unpaid amount, VAT included × yearly rate × "
                "days ÷ days of the calendar year (365 or 366): the creditor's choice, "
                "no text sets this divisor."
            )
        else:
            formula = self.env._(
                "Interest of a period = unpaid amount, VAT included × yearly rate × "
                "days ÷ 365, leap years too: usual practice, no text sets this divisor."
            )
        rounding = self.env._(
            "Periods are not rounded: their sum is rounded once for each invoice, half "
            "a cent upwards; no text sets the rounding."
        )
        return f"{formula} {rounding}"

    @api.model
    def _professional_rule(self, company, article):
        """Say which day bears which rate, and that it is a reading (R1.4)."""
        run = self.env._(
            "Between professionals: interest runs from the day after the due date to "
            "the day of payment, included, without any reminder (%s).",
            article,
        )
        if company.dunning_rate_mode == "frozen_at_due_date":
            rate = self.env._(
                "The rate is that of the half-year of the due date for the whole "
                "delay: the creditor's choice, the article may be read as a new rate "
                "each half-year."
            )
        else:
            rate = self.env._(
                "Each day bears the rate of its half-year, the ECB rate being that of "
                "1 January or 1 July: the creditor's reading of this article, on which "
                "no published ruling is known."
            )
        return f"{run} {rate}"

    @api.model
    def _stated_rules(self, claims):
        """Say how the rate that an invoice kept is read: like a contract's (R1.5)."""
        if not any(c.debt.stated and c.debt.kind == "professional" for c in claims):
            return []
        return [
            self.env._(
                "The rate kept on an invoice when it was posted is taken as agreed for "
                "the whole delay: the creditor's reading; no text says whether a later "
                "half-year changes it."
            )
        ]

    @api.model
    def _floor_rules(self, company, claims):
        """Say what the company does with rates below the floor (R1.7, R1.8)."""
        rules = []
        raised = company.dunning_rate_below_floor == "raise"
        if any(claim.cautions for claim in claims):
            rules.append(
                self.env._(
                    "A contract rate below the lowest one allowed is raised to it: the "
                    "creditor's choice, no text says which rate replaces it."
                )
                if raised
                else self.env._(
                    "A contract rate below the lowest one allowed is replaced by the "
                    "statutory rate: the creditor's choice, no text says which rate "
                    "replaces it."
                )
            )
        if company.dunning_default_respects_floor:
            rules.append(
                self.env._(
                    "The statutory rate is raised to the lowest contract rate allowed "
                    "where that is higher: the creditor's reading, the article says so "
                    "of contract rates only."
                )
            )
        return rules

    @api.model
    def _reduction_rules(self, company):
        if company.dunning_imputation == "interest_first":
            imputation = self.env._(
                "A partial payment pays first the interest run up to that day, rounded "
                "on that day, then the principal (C. civ. art. 1343-1, late-payment "
                "penalties being taken for interest: the creditor's reading)."
            )
        else:
            imputation = self.env._(
                "A partial payment is deducted from the principal first: the "
                "creditor's choice, in favour of the debtor."
            )
        credit = self.env._(
            "A credit note that corrects the invoice is deducted from the first day, a "
            "commercial gesture from its own date; no text settles it."
        )
        return [imputation, credit]
