/* How the node is: partners, jobs, what waits for a decision. */

import { useData } from "../lib/data.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Table } from "../parts/table.js";
import { Name, Time, Waiting } from "../parts/text.js";

export function Overview() {
    const { data, error, reload } = useData("overview", {}, {});

    return html`
        <${Head} title=${t("overview")} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <div class="cards">
            <${Peers} peers=${data.peers ?? []} />
            <${States} jobs=${data.jobs ?? {}} />
        </div>`}`;
}

const columns = () => [
    { name: "name", title: t("node"), sort: (one) => one.name,
      cell: (one) => html`<${Name} text=${one.name || one.node_id} />` },
    { name: "state", title: t("state"), sort: (one) => one.state,
      cell: (one) => html`<${Badge} state=${one.state} />` },
    { name: "since", title: t("overview.since"), sort: (one) => one.since,
      cell: (one) => html`<${Time} ms=${one.since} />` }
];

function Peers({ peers }) {
    return html`
        <${Card} title=${t("overview.peers")}>
            <${Table} columns=${columns()} rows=${peers}
                rowKey=${(one) => one.node_id}
                caption=${t("overview.peers")} />
        <//>`;
}

function States({ jobs }) {
    return html`
        <${Card} title=${t("overview.jobs")}>
            <ul class="tally">${Object.entries(jobs).map(([ state, n ]) =>
                html`<li key=${state}>
                    <a href=${href("jobs", "", { status: state })}>
                        <strong>${number(n)}</strong>
                        <${Badge} state=${state} /></a></li>`)}</ul>
        <//>`;
}
