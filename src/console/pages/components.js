/* The components of this node. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Table } from "../parts/table.js";
import { Name, Waiting } from "../parts/text.js";

export function Components() {
    const { data, error, reload } = useData("component/list",
        { page_size: -1 }, { kinds: [ "component" ] });

    return html`
        <${Head} title=${t("components")} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${data.records}
            rowKey=${({ code, version }) => `${code}:${version}`}
            caption=${t("components")} empty=${t("components.empty")} />`}`;
}

const columns = () => [
    { name: "code", title: t("components.one"), sort: ({ code }) => code,
      cell: ({ code, version }) => html`
        <a href=${href("components", `${code}:${version}`)}><${Name}
            text=${code} /></a>` },
    { name: "version", title: t("version"), cell: ({ version }) => version },
    { name: "category", title: t("components.category"),
      sort: ({ category }) => category,
      cell: ({ category }) => html`<${Name} text=${category} />` },
    { name: "developer", title: t("components.developer"),
      sort: ({ developer }) => developer,
      cell: ({ developer }) => html`<${Name} text=${developer} />` },
    { name: "status", title: t("state"), sort: ({ status }) => status,
      cell: ({ status, state }) => html`<${Badge} state=${
          status === "DISABLED" ? status : state} />` }
];
