/* Who works at this node, and what the roles permit. */

import { useState } from "preact/hooks";

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Ends } from "../parts/ends.js";
import { Failure } from "../parts/failure.js";
import { NewOperator } from "../parts/newoperator.js";
import { Roles } from "../parts/roles.js";
import { Pages, Table } from "../parts/table.js";
import { Tabs } from "../parts/tabs.js";
import { Name, Time, Waiting } from "../parts/text.js";

const size = 50;

const parts = {
    operators: { right: "operator.read", shown: List },
    roles: { right: "role.read", shown: Roles }
};

export function Operators() {
    const { tab, page = "1" } = route.get().args;
    const [ making, make ] = useState(false);
    const mine = Object.keys(parts).filter((name) =>
        may(parts[name].right));
    const shown = mine.includes(tab) ? tab : mine[0];
    const Part = parts[shown].shown;

    return html`
        <${Head} title=${t("operators")} actions=${may("operator.admin")
            && html`<button type="button" class="small"
                onClick=${() => make(true)}>${t("operators.new")}</button>`}
            />
        <${Tabs} label=${t("operators")} shown=${shown}
            tabs=${mine.map((name) => ({ name,
                title: t(`operators.tab.${name}`) }))}
            onShow=${(name) => amend({ tab: name, page: "" })}>
            <${Part} key=${shown} page=${Number(page)} />
        <//>
        ${making && html`<${NewOperator} onClose=${() => make(false)} />`}`;
}

function List({ page }) {
    const { data, error, reload } = useData("operator/list",
        { page_num: page, page_size: size }, { kinds: [ "operator" ] });

    return html`
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${data.records}
            rowKey=${(one) => one.name} caption=${t("operators")} />
        <${Pages} page=${page} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

const columns = () => [
    { name: "name", title: t("name"), cell: (one) => html`
        <a href=${href("operators", one.name)}><${Name} text=${one.name} />
        </a>` },
    { name: "status", title: t("state"),
      cell: (one) => html`<${Badge} state=${one.status} />` },
    { name: "roles", title: t("role"), cell: (one) => html`<bdi>
        ${[ ...one.roles, ...one.role_groups ?? [] ].join(", ")}</bdi>` },
    { name: "ends", title: t("operators.ends"), cell: (one) =>
        one.expire_time > 0 ? html`<${Ends} ms=${one.expire_time} />`
            : t("operators.never") },
    { name: "about", title: t("asked.description"), cell: (one) => html`
        <${Name} text=${one.description ?? ""} />` },
    { name: "when", title: t("changed"),
      cell: (one) => html`<${Time} ms=${one.update_time} />` }
];
