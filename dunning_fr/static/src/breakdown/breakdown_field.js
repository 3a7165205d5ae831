import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shows small tables that the server has already put into words, side by side, or one
 * below the other with the option `stacked`.
 *
 * The field holds a list of tables `{title, columns: [{label, numeric}], rows:
 * [{cells, key}], empty}`; cells are texts in the user's language. A row with a
 * key opens what `action_open_breakdown(key)` of the record returns.
 */
export class DunningBreakdownField extends Component {
    static template = "dunning_fr.BreakdownField";
    static props = { ...standardFieldProps, stacked: { type: Boolean, optional: true } };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get tables() {
        const tables = this.props.record.data[this.props.name] || [];
        return tables.filter((table) => table.rows.length || table.empty);
    }

    cellClass(table, index) {
        if (table.columns[index].numeric) {
            return "text-end text-nowrap";
        }
        return index ? "ps-4" : "";
    }

    async open(row) {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, "action_open_breakdown", [
            [resId],
            row.key,
        ]);
        await this.action.doAction(action);
    }
}

export const dunningBreakdownField = {
    component: DunningBreakdownField,
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ stacked: Boolean(options.stacked) }),
};

registry.category("fields").add("dunning_breakdown", dunningBreakdownField);
