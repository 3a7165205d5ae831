import { registry } from "@web/core/registry";

const { DateTime } = luxon;
// The company's day, which begins before that of a browser in UTC
const today = () => DateTime.now().setZone("Europe/Paris");

registry.category("web_tour.tours").add("dunning_formal_notice_to_case", {
    steps: () => [
        {
            content: "From the debtor",
            trigger: "button[name=action_legal]",
            run: "click",
        },
        {
            content: "The item whose formal notice has expired is chosen",
            trigger: ".modal .o_data_row:contains(6,000.00) td[name=is_chosen] input:checked",
        },
        {
            content: "To the checklist",
            trigger: ".modal button[name=action_next]",
            run: "click",
        },
        {
            content: "The formal notice is in order",
            trigger:
                ".modal .o_data_row:contains(Formal notice posted) .badge:contains(In order)",
        },
        {
            content: "The registers were not looked at, it says how to mend it",
            trigger:
                ".modal .o_data_row:contains(BODACC):contains(Not known) button[name=action_mend]",
        },
        {
            content: "To the procedures",
            trigger: ".modal button[name=action_next]",
            run: "click",
        },
        {
            content: "What the law closes says why",
            trigger: ".modal .o_data_row:contains(small-claims):contains(Ruled out):contains(R6.10)",
        },
        {
            content: "Choose the order to pay",
            trigger:
                ".modal .o_data_row:contains(injonction de payer):contains(Possible) button[name=action_choose]",
            run: "click",
        },
        {
            content: "The court is proposed",
            trigger: ".modal .o_field_widget[name=court_name] input:value(Lyon)",
        },
        {
            content: "Its costs are shown, and what nobody verified",
            trigger: ".modal .o_field_widget[name=costs]:contains(to verify)",
        },
        {
            content: "Open the case",
            trigger: ".modal button[name=action_create_case]",
            run: "click",
        },
        {
            content: "The case is in preparation",
            trigger: ".o_form_view .o_arrow_button_current:contains(In preparation)",
        },
        {
            content: "Reminders are suspended",
            trigger: ".oe_stat_button:contains(Reminders suspended)",
        },
        {
            content: "The request is filed",
            trigger: ".o_data_row:contains(Request filed) td[name=date]",
            run: "click",
        },
        {
            content: "Today",
            trigger: ".o_selected_row [name=date] input",
            run: `edit ${today().toFormat("MM/dd/yyyy")}`,
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The case is filed",
            trigger: ".o_form_view .o_arrow_button_current:contains(Filed)",
        },
    ],
});

registry.category("web_tour.tours").add("dunning_time_limit_in_calendar", {
    steps: () => [
        {
            content: "The time limits of all cases",
            trigger: ".o_calendar_renderer",
        },
        {
            content: "The fee is due in fifteen days, perhaps next month",
            trigger: ".o_calendar_button_next",
            run({ anchor }) {
                const now = today();
                if (now.plus({ days: 15 }).month !== now.month) {
                    anchor.click();
                }
            },
        },
        {
            content: "The first time limit is in the calendar",
            trigger: ".o_calendar_renderer .fc-event:contains(fee)",
        },
    ],
});

registry.category("web_tour.tours").add("dunning_leave_an_open_dialog", {
    steps: () => [
        {
            content: "Look at the dialog of insolvency proceedings",
            trigger: "button[name=action_new_hold]:contains(Insolvency)",
            run: "click",
        },
        {
            content: "It is filled in, and the page is left",
            trigger: ".modal .o_field_widget[name=kind]",
            expectUnloadPage: true,
            run: () => window.location.reload(),
        },
        {
            content: "The debtor is back, without a banner",
            trigger: "button[name=action_new_hold]:contains(Insolvency)",
        },
        {
            content: "Nor a hold",
            trigger: ".o_form_view:not(:has(.oe_stat_button .fa-pause))",
        },
    ],
});
