import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_prepare_and_send", {
    url: "/odoo/dunning-runs",
    steps: () => [
        { content: "Make a run", trigger: ".o_list_button_add", run: "click" },
        {
            content: "Prepare it",
            trigger: "button[name=action_open_prepare]:not(:disabled)",
            run: "click",
        },
        {
            content: "The first activation says how many and how old",
            trigger: ".modal .o_dunning_breakdown:contains(31 to 60 days late)",
        },
        {
            content: "Make the drafts",
            trigger: ".modal button[name=action_prepare]",
            run: "click",
        },
        {
            content: "The run is prepared",
            trigger: ".o_arrow_button_current:contains(Prepared)",
        },
        {
            content: "It says who is left alone",
            trigger: ".nav-link:contains(Left alone)",
            run: "click",
        },
        {
            content: "A reason opens its items",
            trigger: ".o_dunning_breakdown a:contains(Dispute)",
            run: "click",
        },
        {
            content: "The disputed invoice is there",
            trigger: ".o_list_view .o_data_row:contains(Litige)",
        },
        {
            content: "Back to the run",
            trigger: ".breadcrumb-item a:contains(Run of)",
            run: "click",
        },
        {
            content: "Look at its notices",
            trigger: ".oe_stat_button:has(.fa-envelope-o)",
            run: "click",
        },
        {
            content: "Open the notice of Durand",
            trigger: ".o_list_view .o_data_row:contains(Durand) td[name=name]",
            run: "click",
        },
        {
            content: "It asks for the principal",
            trigger: ".o_form_view .oe_subtotal_footer:contains(1,200.00)",
        },
        {
            content: "Send it",
            trigger: ".o_form_view button[name=action_open_send]",
            run: "click",
        },
        {
            content: "The very first sending wants the number",
            trigger: ".modal div[name=typed_count] input",
            run: "edit 1",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The notice is on its way",
            trigger: ".o_arrow_button_current:contains(Queued)",
        },
        {
            content: "Its text is frozen",
            trigger: ".nav-link:contains(Text)",
            run: "click",
        },
        {
            content: "And can be read",
            trigger: ".o_dunning_text:contains(1,200.00)",
        },
    ],
});

registry.category("web_tour.tours").add("dunning_notice_on_invoice", {
    steps: () => [
        {
            content: "The invoice knows its notice",
            trigger: "button[name=action_open_dunning_notices]:contains(1)",
            run: "click",
        },
        {
            content: "The button leads to the notice",
            trigger: ".o_list_view .o_data_row:contains(REL/)",
        },
    ],
});
