import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dunning_desk", {
    url: "/odoo/dunning-desk",
    steps: () => [
        {
            content: "The figures of the day",
            trigger: ".oe_stat_button[name=action_open_overdue]:contains(Overdue)",
        },
        {
            content: "A check that is open says what to do",
            trigger: ".o_data_row:contains(Promises broken):contains(Urgent):contains(Call)",
        },
        {
            content: "One that is in order stays, in grey",
            trigger: ".o_data_row.text-muted:contains(Notices that did not leave):contains(In order)",
        },
        {
            content: "Go on to what is to do",
            trigger: "button[name=action_open_todo]",
            run: "click",
        },
        {
            content: "The broken promise is on top of my debtors, however small",
            trigger: ".o_list_view .o_data_row:first:contains(Petit SARL):contains(Promise broken)",
        },
        {
            content: "From the search into the list by keyboard",
            trigger: ".o_searchview_input",
            run: "press ArrowDown",
        },
        {
            content: "Past the head of the list",
            trigger: ".o_list_view thead .o_list_record_selector :focus",
            run: "press ArrowDown",
        },
        {
            content: "The first debtor is chosen",
            trigger: ".o_list_view .o_data_row:first .o_list_record_selector :focus",
            run: "press Enter",
        },
        {
            content: "Its page opens",
            trigger: ".o_form_view .nav-link[name=desk]",
            run: "click",
        },
        {
            content: "It says why it stands there",
            trigger: ".o_form_view div[name=desk_score_text]:contains(days late)",
        },
        {
            content: "Dealt with",
            trigger: ".o_form_view button[name=action_done_today]",
            run: "click",
        },
        {
            content: "The page offers the way back",
            trigger: ".o_form_view button[name=action_wake]",
        },
        {
            content: "Back to the list",
            trigger: ".breadcrumb-item a:contains(To do today)",
            run: "click",
        },
        {
            content: "The next debtor is the first now",
            trigger: ".o_list_view:not(:contains(Petit SARL)) .o_data_row:first:contains(Riche SARL)",
        },
    ],
});
