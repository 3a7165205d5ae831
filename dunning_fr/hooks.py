"""What installation does beyond loading data."""


def post_init_hook(env):
    """Give every French company its default policies, and flag excluded accounts.

    Companies that come later get them when their French chart of accounts is
    loaded (``account.chart.template``).
    """
    companies = env["res.company"].search([])
    companies._dunning_setup()
