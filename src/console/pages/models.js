/* The models that jobs left at this node. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { amend, href, route } from "../lib/route.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Pages, Table } from "../parts/table.js";
import { Id, Name, Time, Waiting } from "../parts/text.js";

const size = 50;

export function Models() {
    const { page = "1" } = route.get().args;
    const { data, error, reload } = useData("model/list",
        { page_num: page, page_size: size }, { kinds: [ "model" ] });

    return html`
        <${Head} title=${t("models")} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Table} columns=${columns()} rows=${data.records}
            rowKey=${(one) => one.model_id} caption=${t("models")}
            empty=${t("models.empty")} />
        <${Pages} page=${Number(page)} size=${size} total=${data.total}
            onPage=${(to) => amend({ page: to })} />`}`;
}

const columns = () => [
    { name: "model", title: t("models.one"), cell: (one) => html`
        <a href=${href("models", one.model_id)}><${Name}
            text=${one.name} /></a>` },
    { name: "algorithm", title: t("models.algorithm"), cell: (one) => html`
        <${Name} text=${one.algorithm} />` },
    { name: "status", title: t("state"),
      cell: (one) => html`<${Badge} state=${one.status} />` },
    { name: "job", title: t("jobs.job"), cell: (one) => one.job_id && html`
        <a href=${href("jobs", one.job_id)}><${Id} text=${one.job_id} />
        </a>` },
    { name: "time", title: t("created"),
      cell: (one) => html`<${Time} ms=${one.create_time} />` }
];
