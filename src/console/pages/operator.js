/* One operator at #/operators/NAME: roles, rights, token. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { go, href } from "../lib/route.js";
import { may, session } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Ask } from "../parts/dialog.js";
import { Ends } from "../parts/ends.js";
import { Failure } from "../parts/failure.js";
import { Rights } from "../parts/rights.js";
import { RoleChoice } from "../parts/rolechoice.js";
import { Facts, Id, Name, Time, Waiting } from "../parts/text.js";
import { attempt, say } from "../parts/toast.js";
import { Trail } from "../parts/trail.js";
import { Token } from "../parts/token.js";

export function Operator({ id }) {
    const { data, error, reload } = useData("operator/query", { name: id },
        { kinds: [ "operator", "role" ] });

    return html`
        <${Head} title=${html`<${Name} text=${id} />`}
            note=${html`<${Badge} state=${data?.status} />`}
            actions=${html`<a href=${href("operators")}>${t("operators.all")}
            </a>`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Card} title=${t("operators.about")}
            actions=${html`<${Trail} id=${data.name} />`}>
            <${Facts} rows=${facts(data)} />
            ${may("operator.admin") && html`<${Steps} one=${data}
                reload=${reload} />`}
        <//>
        <${Card} title=${t("operators.roles")}>
            ${may("operator.admin") && html`<${Grant} one=${data}
                reload=${reload} key=${data.roles.join()} />`}
            <${Rights} permissions=${data.permissions ?? []}
                caption=${t("operators.rights")} />
        <//>`}`;
}

function facts(one) {
    return [
        [ t("asked.description"), one.description
            && html`<${Name} text=${one.description} />` ],
        [ t("role"), html`<bdi>${[ ...one.roles,
            ...one.role_groups ?? [] ].join(", ") || t("none")}</bdi>` ],
        [ t("operators.ends"), one.expire_time > 0
            ? html`<${Ends} ms=${one.expire_time} />`
            : t("operators.never") ],
        [ t("operators.keys"), one.keys?.length > 0
            && one.keys.map((key) => html`<${Id} key=${key} text=${key} />
                <br />`) ],
        [ t("created"), html`<${Time} ms=${one.create_time} />` ]
    ].map(([ name, value ]) => [ name, value || undefined ]);
}

function Grant({ one, reload }) {
    const [ chosen, choose ] = useState(one.roles);
    const more = chosen.filter((name) => !one.roles.includes(name));
    const less = one.roles.filter((name) => !chosen.includes(name));

    async function save() {
        await attempt(async () => {
            if (more.length > 0) {
                await post("operator/grant", { name: one.name,
                    roles: more });
            }

            if (less.length > 0) {
                await post("operator/revoke", { name: one.name,
                    roles: less });
            }
        }, t("operators.granted"));
        reload();
    }

    return html`
        <${RoleChoice} chosen=${chosen} onChange=${choose} />
        <div class="actions"><button type="button" class="secondary"
            disabled=${more.length + less.length === 0} onClick=${save}>
            ${t("save")}</button></div>`;
}

function Steps({ one, reload }) {
    const [ asking, ask ] = useState("");
    const [ token, show ] = useState();
    const on = one.status === "ENABLED";
    const oneself = one.name === session.get().name;

    return html`
        <div class="actions">
            <button type="button" class="secondary"
                onClick=${() => ask("rotate")}>${t("operators.rotate")}
            </button>
            ${!oneself && html`<button type="button" class="secondary"
                onClick=${() => ask(on ? "disable" : "enable")}>
                ${t(on ? "operators.disable" : "operators.enable")}</button>
            <button type="button" class="outline danger"
                onClick=${() => ask("delete")}>${t("operators.delete")}
            </button>`}
        </div>
        ${asking && html`<${Ask} danger=${asking !== "enable"}
            title=${t(`operators.${asking}`)}
            text=${t(`operators.${asking}.text`)}
            yes=${t(`operators.${asking}.yes`)} onClose=${() => ask("")}
            action=${() => steps[asking](one, { show, reload })} />`}
        ${token && html`<${Token} ...${token}
            onClose=${() => show(undefined)} />`}`;
}

const steps = {
    async rotate({ name }, { show }) {
        show(await post("operator/token/rotate", { name }));
    },

    async disable({ name }, { reload }) {
        await post("operator/update", { name, status: "DISABLED" });
        reload();
    },

    async enable({ name }, { reload }) {
        await post("operator/update", { name, status: "ENABLED" });
        reload();
    },

    async delete({ name }) {
        await post("operator/delete", { name });
        say(t("operators.deleted"));
        go("operators");
    }
};
