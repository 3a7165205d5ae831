import { onWillUpdateProps } from "@odoo/owl";
import { registry } from "@web/core/registry";
import {
    JournalDashboardGraphField,
    journalDashboardGraphField,
} from "@web/views/fields/journal_dashboard_graph/journal_dashboard_graph_field";

/**
 * Odoo's small chart of the accounting dashboard, on a form: there the same component
 * goes on to the next record, and reads its data again.
 */
export class DunningGraphField extends JournalDashboardGraphField {
    setup() {
        super.setup();
        onWillUpdateProps((next) => {
            this.data = JSON.parse(next.record.data[next.name]);
        });
    }
}

registry.category("fields").add("dunning_graph", {
    ...journalDashboardGraphField,
    component: DunningGraphField,
});
