/* The roles of this node as tables of rights; its own ones can be changed. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { amend, route } from "../lib/route.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Card } from "./card.js";
import { Ask } from "./dialog.js";
import { Failure } from "./failure.js";
import { Fields, read } from "./form.js";
import { Rights } from "./rights.js";
import { Name, Waiting } from "./text.js";
import { say } from "./toast.js";

export function Roles() {
    const [ doing, act ] = useState("");
    const { data, error, reload } = useData("role/list", { page_size: -1 },
        { kinds: [ "role", "operator" ] });
    const roles = data?.records ?? [];
    const shown = roles.find(({ name }) => name === route.get().args.role)
        ?? roles[0];

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <label class="inline">${t("role")}
            <select value=${shown.name} onChange=${(event) => amend({
                role: event.currentTarget.value })}>
                ${roles.map(({ name }) => html`<option key=${name}
                    value=${name}>${name}</option>`)}
            </select></label>
        <${Card} title=${html`<${Name} text=${shown.name} />`}
            actions=${may("role.admin") && html`<span class="actions">
                <button type="button" class="small"
                    onClick=${() => act("new")}>${t("roles.new")}</button>
                ${!shown.is_default && html`
                <button type="button" class="secondary small"
                    onClick=${() => act("change")}>${t("roles.change")}
                </button>
                <button type="button" class="outline danger small"
                    onClick=${() => act("delete")}>${t("roles.delete")}
                </button>`}</span>`}>
            <p><bdi>${either(shown.description, shown.description_zh)}</bdi>
                ${shown.is_default && html` <small>${t("roles.default")}
                </small>`}</p>
            <${Rights} permissions=${shown.permissions}
                caption=${t("operators.rights")} />
        <//>
        ${doing !== "" && html`<${Doing} doing=${doing} role=${shown}
            reload=${reload} onClose=${() => act("")} />`}`}`;
}

function Doing({ doing, role, reload, onClose }) {
    return doing === "delete" ? html`<${Ask} danger
        title=${t("roles.delete")} text=${t("roles.delete.text")}
        yes=${t("roles.delete.yes")} onClose=${onClose}
        action=${async () => {
            await post("role/delete", { name: role.name });
            amend({ role: "" });
            reload();
        }} />` : html`<${Edit} role=${doing === "new" ? undefined : role}
            reload=${reload} onClose=${onClose} />`;
}

const fields = [
    { name: "name", word: "name", help: "operators.name.help" },
    { name: "description", word: "asked.description", optional: true,
      help: "roles.description.help" }
];

function Edit({ role, reload, onClose }) {
    const rows = role === undefined ? fields : fields.slice(1);
    const [ entered, enter ] = useState({ name: role?.name ?? "",
        description: role?.description ?? "" });
    const [ permissions, give ] = useState(role?.permissions ?? []);
    const [ faults, blame ] = useState({});

    async function save() {
        const { values, faults: wrong } = read(rows, entered);

        blame(wrong);

        if (Object.keys(wrong).length > 0) {
            throw new Error(t("dataset.publish.wrong"));
        }

        await post(role === undefined ? "role/create" : "role/update",
            { name: role?.name, ...values, permissions });
        amend({ role: role?.name ?? values.name });
        say(t("roles.saved"));
        reload();
    }

    return html`
        <${Ask} title=${t(role === undefined ? "roles.new"
                : "roles.change")} yes=${t("save")} action=${save}
            onClose=${onClose}>
            <${Fields} fields=${rows} values=${entered} faults=${faults}
                onChange=${enter} />
            <${Rights} permissions=${permissions} onChange=${give}
                caption=${t("operators.rights")} />
        <//>`;
}
