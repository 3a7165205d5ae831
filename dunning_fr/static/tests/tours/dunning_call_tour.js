import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_calls", {
    url: "/odoo/debtors",
    steps: () => [
        {
            content: "Choose them all",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Call them",
            trigger: ".o_control_panel button[name=action_call]",
            run: "click",
        },
        {
            content: "The one who owes most comes first, with a script",
            trigger: ".modal:contains(Durand SARL):contains(Call 1 of 2) li:contains(Situate)",
        },
        {
            content: "The number can be dialled",
            trigger: ".modal a[href^='tel:']",
        },
        {
            content: "First click: a promise, with a day proposed",
            trigger: ".modal .o_selection_badge:contains(Promises to pay)",
            run: "click",
        },
        {
            content: "Second click: save, and the next call",
            trigger: ".modal:has(div[name=date_to]) button[name=action_save_next]",
            run: "click",
        },
        {
            content: "The next debtor, nobody answers",
            trigger: ".modal:contains(Martin SARL):contains(Call 2 of 2) .o_selection_badge:contains(No answer)",
            run: "click",
        },
        {
            content: "A next call is proposed",
            trigger: ".modal:has(div[name=again_on]) button[name=action_save_next]",
            run: "click",
        },
        {
            content: "The list is finished",
            trigger: ".o_notification:contains(The list is finished)",
        },
        {
            content: "Back on the list",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});
