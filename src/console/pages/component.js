/* One component: who learns what by it, its ports and parameters. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { inputsOf, outputsOf, paramsOf } from "../lib/flow.js";
import { html } from "../lib/html.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Ask } from "../parts/dialog.js";
import { Failure } from "../parts/failure.js";
import { Statements } from "../parts/learns.js";
import { Table } from "../parts/table.js";
import { Facts, Name, Time, Waiting } from "../parts/text.js";
import { attempt } from "../parts/toast.js";

/* id: "code:version" */
export function OneComponent({ id }) {
    const [ , code, version ] = /^(.*):([^:]*)$/.exec(id) ?? [ "", id, "" ];
    const { data, error, reload } = useData("component/query",
        { code, version }, { kinds: [ "component" ] });
    const one = data?.Component;

    return html`
        <${Head} title=${id} note=${html`<${Badge} state=${one?.status} />`}
            actions=${one && may("component.control") && html`<${Switch}
                one=${one} />`} />
        <${Failure} error=${error} again=${reload} />
        ${one === undefined ? !error && html`<${Waiting} />`
            : html`<${Parts} one=${one} />`}`;
}

function Switch({ one }) {
    const [ asked, ask ] = useState(false);
    const { code, version } = one;

    return one.status === "DISABLED" ? html`
        <button type="button" class="small" onClick=${() => attempt(() =>
            post("component/enable", { code, version }),
            t("components.enabled"))}>${t("components.enable")}</button>`
        : html`
        <button type="button" class="small danger"
            onClick=${() => ask(true)}>${t("components.disable")}</button>
        ${asked && html`<${Ask} title=${t("components.disable")} danger
            text=${t("components.disable.text")} yes=${t(
                "components.disable")} onClose=${() => ask(false)}
            action=${() => post("component/disable", { code, version })} />`}`;
}

function Parts({ one }) {
    return html`
        <p dir="auto">${either(one.description, one.title)}</p>
        <div class="cards">
            <${Card} title=${t("components.about")}><${Facts} rows=${[
                [ t("components.why"), one.disabled_reason ],
                [ t("components.developer"), html`<${Name}
                    text=${one.developer} />` ],
                [ t("components.category"), one.category ],
                [ t("components.kind"), one.built_in
                    ? t("components.built_in") : t("components.package") ],
                [ t("components.roles"), (one.roles ?? []).join(", ") ],
                [ t("components.language"), one.language ],
                [ t("components.licence"), one.copyright ],
                [ t("components.released"), one.release_date > 0
                    && html`<${Time} ms=${one.release_date} />` || "" ]
            ]} /><//>
            <${Card} title=${t("learns")}><${Statements}
                component=${one} /><//>
            <${Ports} one=${one} />
            <${Params} one=${one} />
        </div>`;
}

function Ports({ one }) {
    const rows = [
        ...inputsOf(one).map((port) => ({ ...port, way: "reads" })),
        ...outputsOf(one).map((port) => ({ ...port, way: "makes" }))
    ];

    return html`
        <${Card} title=${t("components.ports")}>
            <${Table} caption=${t("components.ports")} rows=${rows}
                rowKey=${({ way, name }) => way + name} columns=${[
                    { name: "way", title: "",
                      cell: ({ way }) => t(`components.${way}`) },
                    { name: "name", title: t("name"), cell: ({ name }) =>
                        html`<code>${name}</code>` },
                    { name: "type", title: t("components.type"),
                      cell: ({ category }) => category },
                    { name: "format", title: t("components.format"),
                      cell: ({ dataFormat }) =>
                          [ dataFormat ?? [] ].flat().join(", ") }
                ]} />
        <//>`;
}

function Params({ one }) {
    return html`
        <${Card} title=${t("components.params")} wide>
            <${Table} caption=${t("components.params")} rows=${paramsOf(one)}
                rowKey=${({ name }) => name} columns=${[
                    { name: "name", title: t("name"), cell: ({ name }) =>
                        html`<code>${name}</code>` },
                    { name: "type", title: t("components.type"),
                      cell: ({ type }) => type },
                    { name: "default", title: t("components.default"),
                      cell: ({ defaultValue, optional }) => defaultValue
                          ?? (String(optional) === "true" ? "–"
                              : t("form.required")) },
                    { name: "may", title: t("components.may"),
                      cell: ({ validator, bindingData }) => bindingData
                          ? bindingData.map(({ value }) => value).join(", ")
                          : (validator ?? "").replace(/^regular-/, "") },
                    { name: "note", title: t("components.note"),
                      cell: ({ description, title }) => html`<span
                          dir="auto">${either(description, title)}</span>` }
                ]} />
        <//>`;
}
