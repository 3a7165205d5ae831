from odoo import api, models
from odoo.tools import SQL

KEY = "dunning_once"
# Enough for one row an open item, two hundred thousand of them: with PostgreSQL's usual
# 4 MB, sorts and hashes of all items go through files, and take half as long again.
MEMORY = "32MB"

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

    # What the transaction had before; None = as it was
    memory = None

    @classmethod
    def give_room(cls, env):
        """Let the queries of this list sort and hash all items in memory.

        For this list alone: ``restore`` is its end, a failed transaction forgets it.
        What the administrator set is left alone if it is more.
        """
        once = cls.of(env)
        if once is None or once.memory:
            return
        [[once.memory]] = env.execute_query(SQL("SELECT current_setting('work_mem')"))
        env.execute_query(
            SQL(
                "SELECT set_config('work_mem', %(ours)s, TRUE)"
                " WHERE pg_size_bytes(%(ours)s) > pg_size_bytes(%(before)s)",
                ours=MEMORY,
                before=once.memory,
            )
        )

    def restore(self, env):
        """Take back what ``give_room`` gave."""
        if self.memory:
            query = SQL("SELECT set_config('work_mem', %s, TRUE)", self.memory)
            env.execute_query(query)


class DunningListMixin(models.AbstractModel):
    """Lists and pages that read the ledger: once for all columns and the count.

    The web client's one call searches a page, then counts all matches: the same
    condition twice, over every open item. And each column asks anew which debts were
    moved to other accounts.
    """

    _name = "dunning.list.mixin"
    _description = "Lists that read the ledger once"

    # Whether each order and filter of the list reads the ledger: then the page and the
    # number of all come from one search
    _counted_with_page = False

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
        once = Once()
        reader = self.with_context(**{KEY: once})
        if self._counted_with_page and limit and offset + limit <= (count_limit or 0):
            every = reader.search(domain, order=order, limit=count_limit)
            page = every[offset : offset + limit]
            found = {"length": len(every), "records": page.web_read(specification)}
        else:
            found = super(DunningListMixin, reader).web_search_read(
                domain, specification, offset, limit, order, count_limit
            )
        once.restore(self.env)
        return found

    def web_read(self, specification):
        # EXTENDS 'web': the fields of a page ask the same as the columns of a list
        if Once.of(self.env) is not None:  # of a list, read with its rows
            return super().web_read(specification)
        once = Once()
        reader = self.with_context(**{KEY: once})
        found = super(DunningListMixin, reader).web_read(specification)
        once.restore(self.env)
        return found

    @api.model
    def web_read_group(self, domain, groupby, *args, **kwargs):
        # EXTENDS 'web': each sum of claims asks what is grouped
        once = Once()
        reader = self.with_context(**{KEY: once})
        found = super(DunningListMixin, reader).web_read_group(
            domain, groupby, *args, **kwargs
        )
        once.restore(self.env)
        return found
