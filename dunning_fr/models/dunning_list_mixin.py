from odoo import api, models
from odoo.tools import SQL

KEY = "dunning_once"

# What a filter may compare by: never the caller's own text
COMPARISONS = {
    "<": SQL("<"),
    "<=": SQL("<="),
    ">": SQL(">"),
    ">=": SQL(">="),
    "=": SQL("="),
}


class Once(dict):
    """What one list has read already, {question: answer}: nothing is written then."""

    @classmethod
    def of(cls, env):
        """Return what the list being read has in its context; None outside of one."""
        once = env.context.get(KEY)
        return once if isinstance(once, cls) else None  # never what a caller sends

    @classmethod
    def ask(cls, env, key, read):
        """Return ``read()``; inside a list what it returned the first time.

        :param key: tells the question from others; who asks is added
        """
        once = cls.of(env)
        if once is None:
            return read()
        key = (*key, env.uid, env.su, *env.companies.ids)
        if key not in once:
            once[key] = read()
        return once[key]


class DunningListMixin(models.AbstractModel):
    """Lists that read the ledger: once for the page, its columns and its count.

    The web client's one call searches a page, then counts all matches: the same
    condition twice, over every open item. And each column asks anew which debts were
    moved to other accounts.
    """

    _name = "dunning.list.mixin"
    _description = "Lists that read the ledger once"

    @api.model
    def web_search_read(
        self,
        domain,
        specification,
        offset=0,
        limit=None,
        order=None,
        count_limit=None,
    ):
        # EXTENDS 'web'
        reader = self.with_context(**{KEY: Once()})
        return super(DunningListMixin, reader).web_search_read(
            domain, specification, offset, limit, order, count_limit
        )

    @api.model
    def web_read_group(self, domain, groupby, *args, **kwargs):
        # EXTENDS 'web': each sum of claims asks what is grouped
        reader = self.with_context(**{KEY: Once()})
        return super(DunningListMixin, reader).web_read_group(
            domain, groupby, *args, **kwargs
        )
