import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { registry } from "@web/core/registry";

/**
 * A form that records only when its button is pressed, when it is a dialog.
 *
 * Odoo saves what is open when the page is left, reloaded or closed. A hold stops
 * reminders, cancels drafts and makes tasks of its time limits: looking at its dialog
 * must not record insolvency proceedings.
 */
export class DunningDialogFormController extends FormController {
    async beforeUnload(ev) {
        if (!this.env.inDialog) {
            return super.beforeUnload(ev);
        }
        if (this.model.root.dirty) {
            ev.preventDefault();
            ev.returnValue = "Unsaved changes";
        }
    }
}

registry.category("views").add("dunning_dialog_form", {
    ...formView,
    Controller: DunningDialogFormController,
});
