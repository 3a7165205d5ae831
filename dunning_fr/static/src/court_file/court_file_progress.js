import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EVERY = 2000; // milliseconds

/**
 * How far a court file is, followed without blocking the page.
 *
 * The field holds the percentage; while `court_file_state` says that a file is being
 * built the record is read again every two seconds, never over what a person is
 * changing.
 */
export class DunningCourtFileProgress extends Component {
    static template = "dunning_fr.CourtFileProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.timer = null;
        useEffect(
            (running) => {
                if (running) {
                    this.timer = setInterval(() => this.look(), EVERY);
                }
                return () => this.stop();
            },
            () => [this.running]
        );
        onWillUnmount(() => this.stop());
    }

    get percent() {
        return this.props.record.data[this.props.name] || 0;
    }

    get running() {
        const state = this.props.record.data.court_file_state;
        return ["queued", "building"].includes(state);
    }

    async look() {
        const { record } = this.props;
        if (!record.dirty && !document.hidden) {
            await record.load();
        }
    }

    stop() {
        clearInterval(this.timer);
        this.timer = null;
    }
}

registry.category("fields").add("dunning_court_file_progress", {
    component: DunningCourtFileProgress,
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "court_file_state", type: "selection" }],
});
