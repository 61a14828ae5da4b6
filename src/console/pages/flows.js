/* The flows of this node. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Pages, Table } from "../parts/table.js";
import { Badge } from "../parts/badge.js";
import { Name, Time, Waiting } from "../parts/text.js";

const size = 50;

export function Flows() {
    const { page = "1" } = route.get().args;
    const { data, error, reload } = useData("flow/list",
        { page_num: page, page_size: size }, { kinds: [ "flow" ] });

    return html`
        <${Head} title=${t("flows")} actions=${may("flow.edit") && html`
            <a role="button" class="small" href=${href("flows", "new")}>
                ${t("flows.new")}</a>`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${data.records}
            rowKey=${(flow) => flow.flow_id} caption=${t("flows")}
            empty=${t("flows.empty")} />
        <${Pages} page=${Number(page)} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

const columns = () => [
    { name: "flow", title: t("flow"), cell: (flow) => html`
        <a href=${href("flows", flow.flow_id)}><${Name}
            text=${flow.name} /></a>` },
    { name: "steps", title: t("flow.steps"), number: true,
      cell: (flow) => flow.dag?.components?.length ?? 0 },
    { name: "status", title: t("state"),
      cell: (flow) => html`<${Badge} state=${flow.status} />` },
    { name: "version", title: t("version"), number: true,
      cell: (flow) => flow.version },
    { name: "jobs", title: t("jobs"), cell: (flow) => html`
        <a href=${href("jobs", "", { flow: flow.flow_id })}>
            ${t("flows.jobs")}</a>` },
    { name: "time", title: t("changed"),
      cell: (flow) => html`<${Time} ms=${flow.update_time
                                          || flow.create_time} />` }
];
