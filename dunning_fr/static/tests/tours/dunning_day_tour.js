import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const see = (content, trigger) => ({ content, trigger });
const click = (content, trigger) => ({ content, trigger, run: "click" });
const write = (content, trigger, text) => ({ content, trigger, run: `edit ${text}` });

// Where things are
const check = (name) => `.o_form_view .o_data_row:contains(${name})`;
const row = (name) => `.o_list_view .o_data_row:contains(${name})`;
const tick = (name) => `${row(name)} .o_list_record_selector input`;
const listWithout = (name) => `.o_list_view:has(.o_data_row):not(:contains(${name}))`;
const button = (name) => `.o_form_statusbar button[name=${name}]`;
const onList = (name) => `.o_control_panel button[name=${name}]`;
const stat = (name) => `.o_form_view .oe_stat_button[name=${name}]`;
const inDialog = (name) => `.modal div[name=${name}] input`;
const outcome = (name) => `.modal .o_selection_badge:contains(${name})`;
const chosen = (name) => `.modal .o-autocomplete--dropdown-item:contains(${name})`;
const next = (words) => `body:not(:has(.modal)) div[name=next_step]:contains(${words})`;

// Ways to go
const back = (name) => [
    click(`Back to ${name}`, `.breadcrumb-item a:contains(/^${name}/)`),
    see(`It is ${name}`, `.o_last_breadcrumb_item:contains(/^${name}/)`),
];
const open = (name) => [
    click(`Open ${name}`, `${row(name)} .o_data_cell[name=partner_id]`),
    see(`The page of ${name}`, `.o_form_view .o_dunning_title:contains(${name})`),
];
const openPlan = (name, words) => [
    click("Its plans", stat("action_open_plans")),
    click("The plan", `${row(name)}:contains(${words}) td[name=debtor_id]`),
    // the last thing a page reads: a letter takes its time, nothing else is under way
    see("Its discussion", ".o_form_view .o-mail-Chatter .o-mail-Message"),
];
const confirm = () => click("Really", ".modal .modal-footer .btn-primary");

// A collector works on a laptop: nothing to scroll sideways, no advice that is cut
const fits = (content, trigger) => ({
    content,
    trigger,
    run({ anchor }) {
        const cells = anchor.querySelectorAll("[name=code], [name=next_action]");
        for (const { scrollWidth, clientWidth, textContent } of [anchor, ...cells]) {
            if (scrollWidth > clientWidth + 1) {
                throw new Error(`${scrollWidth} px in ${clientWidth}: ${textContent}`);
            }
        }
    },
});

// The page of a debtor tells the day: each row somewhere above the next
const HISTORY = [
    ["Début de suspension", "Promesse", "300,00"],
    ["Appel", "Promet de payer"],
    ["Courriel ou message", "Votre contestation"],
    ["Début de suspension", "Trois cartons", "400,00"],
    ["Fin de suspension", "Engagement non respecté"],
    ["Début de suspension", "Promesse", "800,00"],
    ["Paiement reçu", "200,00"],
]
    .map((words) => words.map((word) => `:contains(${word})`).join(""))
    .map((words) => `.o_data_row${words}`)
    .join(" ~ ");

tours.add("dunning_day_receipts", {
    steps: () => [
        click(
            "Money nobody matched stands in the way of formal notices",
            `${check("Encaissements et avoirs")}:contains(Important) button[name=action_open]`
        ),
        click("Choose it", tick("Fidèle SARL")),
        click("Match it", onList("action_dunning_allocate")),
        see("The first due comes first", ".modal .o_data_row:contains(600,00)"),
        click("Do it", ".modal button[name=action_apply]"),
        see("Nothing is left to match", "body:not(:has(.modal)) .o_view_nocontent"),
        ...back("Contrôles du matin"),
        see(
            "The check is settled",
            `${check("Encaissements et avoirs")}.text-muted:contains(En règle)`
        ),
    ],
});

tours.add("dunning_day_promises", {
    steps: () => [
        see(
            "What is urgent comes first",
            ".o_form_view .o_data_row:first:contains(Promesses non tenues):contains(Urgent)"
        ),
        fits("Each check can be read", ".o_form_view .o_list_renderer"),

        // The calls that were planned for today
        click("One", `${check("Appels à passer")} button[name=action_open]`),
        click("Choose it", tick("Muet SARL")),
        click("Call", onList("action_call")),
        see("What to say", ".modal:contains(Muet SARL) div[name=script] li"),
        see("An outcome is a sentence", outcome("Conteste la créance")),
        click("Nobody answers", outcome("Pas de réponse")),
        click(
            "The next call is proposed",
            ".modal:has(button[data-field=again_on]) button[name=action_save]"
        ),
        see("No call is left", "body:not(:has(.modal)) .o_view_nocontent"),
        ...back("Contrôles du matin"),
        see(
            "The check is settled",
            `${check("Appels à passer")}.text-muted:contains(En règle)`
        ),

        // The first debtor of the day
        click("On to the debtors", "button[name=action_open_todo]"),
        see(
            "The broken promise is on top",
            ".o_list_view .o_data_row:first:contains(Parole SARL):contains(non tenue)"
        ),
        fits("The list", ".o_list_view .o_list_renderer"),
        ...open("Parole SARL"),
        fits("Its tabs", ".o_form_view .o_notebook_headers"),
        click(
            "The page says why",
            ".alert:contains(n’a pas été tenue) button[name=action_open_promises]"
        ),
        click(
            "The promise",
            `${row("Parole SARL")}:contains(Engagement non respecté) td[name=date_to]`
        ),
        see("Its amount is an amount", ".o_form_label:contains(/^Montant/)"),
        see(
            "The ledger decided, in words",
            ".o-mail-Message:contains(Non tenue):contains(encore dus à cette date)"
        ),
        ...back("Parole SARL"),

        // They dispute a part
        click("Dispute", `${button("action_new_hold")}:contains(Litige)`),
        write("What it is about", inDialog("category_id"), "Qualité"),
        click("Quality", chosen("Qualité")),
        write(
            "What they say",
            inDialog("debtor_says"),
            "Trois cartons abîmés, courrier du 3"
        ),
        write("How much", inDialog("amount"), "400"),
        write("Of which invoice", inDialog("move_ids"), "Bon 900"),
        click("That one", chosen("Bon 900")),
        click("Record it", ".modal .o_form_button_save"),
        see(
            "Dunning goes on for the rest, and says for how much",
            "div[name=explanation] tr:contains(Niveau 1):contains(400,00):contains(500,00)"
        ),
        click("The disputes", stat("action_open_disputes")),
        click("This one", `${row("Parole SARL")} td[name=debtor_says]`),
        click("Acknowledge it", button("action_confirm_by_mail")),
        confirm(),
        see("It says when", ".o_form_view div[name=confirmed_on] span"),
        ...back("Parole SARL"),

        // They promise the rest, which was typed wrong
        click("Call", button("action_call")),
        see("The script knows the debt", ".modal div[name=script] li"),
        click("They promise", outcome("Promet de payer")),
        click(
            "A day is proposed: the second click",
            ".modal:has(button[data-field=date_to]) button[name=action_save]"
        ),
        see("Silence until the day", next("promesse")),
        click("The promises", stat("action_open_promises")),
        click("Today's", `${row("En cours")} td[name=date_to]`),
        click("It was for less", button("action_correct")),
        write("So much", inDialog("amount"), "3300"),
        click("Correct it", ".modal .o_form_button_save"),
        see(
            "The old one names the new one",
            "body:not(:has(.modal)) div[name=replaced_by_id]:contains(Promesse)"
        ),
        ...back("Parole SARL"),
        click("What has happened", ".o_notebook .nav-link[name=history]"),
        see("All of it, the latest first", `div[name=history_ids] ${HISTORY}`),
    ],
});

tours.add("dunning_day_plans", {
    steps: () => [
        click("On to the debtors", "button[name=action_open_todo]"),
        see("Who has promised is waited for", listWithout("Parole SARL")),

        // Put off, with a trace
        click("One to put off", tick("Patience SARL")),
        click("Put off", `${onList("action_desk_dialog")}:contains(Reporter)`),
        write("Why", inDialog("note"), "Comptable absente"),
        click("Apply", ".modal button[name=action_apply]"),
        see("Off the desk", listWithout("Patience SARL")),

        // A promise kept
        ...open("Fidèle SARL"),
        click("It was kept", `${stat("action_open_promises")}:contains(1 / 1)`),
        see(
            "The ledger shows it",
            `${row("Fidèle SARL")}:contains(Engagement respecté):contains(600,00)`
        ),
        ...back("À faire"),

        // A plan to make
        ...open("Horizon SARL"),
        click("Instalments", button("action_plan")),
        see("Three of them", ".modal .o_data_row:eq(2):contains(400,00)"),
        click("Make the plan", ".modal button[name=action_grant]"),
        see("Its discussion", ".o_form_view .o-mail-Chatter .o-mail-Message"),
        click("The agreement", button("action_make_agreement")),
        see("Its text", ".o_form_view div[name=body]:contains(200,00)"),
        see("To print", button("action_open_pdf")),
        ...back("Échéancier ·"),
        click("Agreed", button("action_agree")),
        confirm(),
        see("Both sides agreed", ".o_form_view div[name=agreed_on] span"),
        ...back("Horizon SARL"),
        ...back("À faire"),

        // A plan kept
        ...open("Constance SARL"),
        ...openPlan("Constance SARL", "Engagement respecté"),
        see(
            "The ledger shows each instalment",
            "div[name=instalment_ids] .o_data_row:eq(2):contains(Réglée)"
        ),
        ...back("Constance SARL"),
        ...back("À faire"),

        // An instalment missed
        see("Says so", `${row("Rupture SARL")}:contains(Échéance en retard)`),
        ...open("Rupture SARL"),
        ...openPlan("Rupture SARL", "En cours"),
        see("How much", ".o_form_view .alert:contains(500,00)"),
        click("The formal notice", button("action_make_notice")),
        see(
            "It asks for the instalment",
            ".o_form_view div[name=amount_total]:contains(500,00)"
        ),
        ...back("Échéancier ·"),
        see(
            "Made once: what is left is to post it",
            `.o_form_view:not(:has(${button("action_make_notice")})) .alert:contains(postée)`
        ),
        ...back("Rupture SARL"),
        ...back("À faire"),

        // A plan broken
        ...open("Brisée SARL"),
        see("Reminders go on", next("Le niveau 1")),
        ...openPlan("Brisée SARL", "Engagement non respecté"),
        see("In words", ".o-mail-Message:contains(Échéancier rompu)"),
        ...back("Brisée SARL"),
        ...back("À faire"),

        // A hold to lift
        click("Who waits", ".o_searchview_facet:contains(À faire) .o_facet_remove"),
        ...open("Assurance SARL"),
        see("What holds it back", next("assureur")),
        click("The holds", stat("action_open_holds")),
        click("This one", `${row("Assurance SARL")} td[name=kind]`),
        click("Lift it", button("action_lift")),
        write("Why", inDialog("reason"), "Accord de l’assureur"),
        click("Do it", ".modal button[name=action_lift]"),
        see(
            "It says why",
            "body:not(:has(.modal)) div[name=lift_reason]:contains(Accord)"
        ),
        ...back("Assurance SARL"),
        see("Reminders go on", next("Le niveau 1")),
    ],
});
