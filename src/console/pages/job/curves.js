/* Curves of this node's tasks, such as the loss, as they grow. */

import { useMemo } from "preact/hooks";

import { useData } from "../../lib/data.js";
import { html } from "../../lib/html.js";
import { seriesOf } from "../../lib/steps.js";
import { t } from "../../lib/words.js";
import { Card } from "../../parts/card.js";
import { Chart } from "../../parts/chart.js";

/* tasks: this node's. What makes no curve shows none. */
export function Curves({ tasks }) {
    return tasks.map((task) => html`<${Curve} key=${task.task_id}
        task=${task} />`);
}

function Curve({ task }) {
    const { data } = useData("metric/query", { task_id: task.task_id },
        { kinds: [ "task" ], id: task.task_id });
    const series = useMemo(() => seriesOf(data?.metrics ?? []), [ data ]);

    return series.length === 0 ? null : html`
        <${Card} title=${t("job.curve", { step: task.task_name })}>
            <${Chart} title=${series.map(({ name }) => name).join(", ")}
                series=${series} xName=${t("job.iteration")} />
        <//>`;
}
