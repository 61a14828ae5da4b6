/* One job: its DAG and where it is. */

import { useState } from "preact/hooks";

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { graphOf } from "../lib/layout.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Head } from "../parts/card.js";
import { Dag } from "../parts/dag.js";
import { Failure } from "../parts/failure.js";
import { Waiting } from "../parts/text.js";

export function Job({ id }) {
    const { data, error, reload } = useData("job/query", { job_id: id },
        { kinds: [ "job", "task" ] });
    const [ picked, pick ] = useState();

    return html`
        <${Head} title=${data?.name || id}
            note=${html`<${Badge} state=${data?.status} />`} />
        <${Failure} error=${error} again=${reload} />
        ${data === undefined ? !error && html`<${Waiting} />` : html`
        <${Dag} ...${graphOf(data.dag)} picked=${picked} onPick=${pick}
            label=${t("jobs.job")} />`}`;
}
