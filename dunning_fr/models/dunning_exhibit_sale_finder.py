from odoo import api, models

# Documents of Odoo that prove an order and a delivery: model, kind, report
REPORTS = {
    "sale.order": ("order", "sale.report_saleorder"),
    "stock.picking": ("delivery", "stock.report_deliveryslip"),
}
TO_CUSTOMER = ("outgoing", "dropship")


class DunningExhibitSaleFinder(models.AbstractModel):
    """Finds the orders and the deliveries of the invoices of a case.

    Where these applications are installed, with the rights of whoever asks: what he
    may not read is not proposed, but named to him, for a colleague who may.
    """

    _name = "dunning.exhibit.sale.finder"
    _description = "Search for orders and deliveries among the exhibits"

    @api.model
    def _find(self, case):
        """Return [values of ``dunning.case.exhibit``], orders first."""
        finder = self.env["dunning.exhibit.finder"]
        orders, pickings = map(self._readable, self._proofs(case))
        found = [
            finder._row("order", self._titled(order), order.date_order.date(), order)
            for order in orders
        ]
        return found + [
            finder._row(
                "delivery",
                self._titled(picking),
                picking.date_done and picking.date_done.date(),
                picking,
            )
            for picking in pickings
        ]

    @api.model
    def _proofs(self, case):
        """Return (confirmed orders, done deliveries) of the invoices, with all rights.

        Found whatever the user may read, so that what he may not read can be named.
        """
        # sudo: each record is checked against the rights of the user before it is used
        lines = case._origin.sudo().move_ids.invoice_line_ids
        if "sale_line_ids" not in lines._fields:
            return [], []
        orders = lines.sale_line_ids.order_id
        orders = orders.filtered(lambda order: order.state == "sale")
        if "picking_ids" not in orders._fields:
            return orders, []
        pickings = orders.picking_ids.filtered(
            lambda picking: (
                picking.state == "done" and picking.picking_type_code in TO_CUSTOMER
            )
        )
        return orders, pickings

    @api.model
    def _readable(self, records):
        """Return those of the records that the user may read, as the user."""
        if not records:
            return []
        own = records.with_env(self.env)
        return own._filtered_access("read").sorted(lambda row: (row.name, row.id))

    @api.model
    def _unread_texts(self, case):
        """Name what exists but the user may not read, where nobody proposed it yet.

        Nothing but numbers, as they stand on the invoices.
        """
        known = {(row.origin_model, row.origin_id) for row in case.exhibit_ids}
        texts = []
        for records in self._proofs(case):
            readable = {record.id for record in self._readable(records)}
            names = [
                record.name
                for record in records
                if record.id not in readable and (record._name, record.id) not in known
            ]
            if names:
                texts.append(
                    self.env._(
                        "%(label)s that you may not read (%(names)s): ask a colleague "
                        "who may to look for the exhibits",
                        label=self._label(records),
                        names=", ".join(sorted(names)),
                    )
                )
        return texts

    @api.model
    def _label(self, record):
        return {
            "sale.order": self.env._("Order"),
            "stock.picking": self.env._("Delivery note"),
        }[record._name]

    @api.model
    def _titled(self, record):
        return f"{self._label(record)} {record.name}"
