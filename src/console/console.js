// Jobs, models and contracts of this node, as far as the operator may see
// them. The token stays in memory.

"use strict";

let token = "";

const $ = (id) => document.getElementById(id);

async function call(path) {
    const headers = token ? { Authorization: "Bearer " + token } : {};
    const answer = await fetch(path, { headers });
    const body = await answer.json();

    if (body.code !== 0) {
        throw new Error(body.msg);
    }

    return body.data;
}

function row(table, cells) {
    const tr = document.createElement("tr");

    for (const cell of cells) {
        const td = document.createElement("td");

        td.append(cell instanceof Node ? cell : String(cell ?? ""));
        tr.append(td);
    }

    $(table).tBodies[0].append(tr);
}

function curve(values) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    const line = document.createElementNS(ns, "polyline");
    const low = Math.min(...values), high = Math.max(...values);

    svg.setAttribute("viewBox", "0 0 100 30");
    svg.setAttribute("preserveAspectRatio", "none");
    line.setAttribute("points", values.map((y, i) =>
        (100 * i / Math.max(1, values.length - 1)) + ","
        + (28 - 26 * (y - low) / (high - low || 1))).join(" "));
    svg.append(line);

    return svg;
}

async function jobs() {
    const list = await call("/v1/platform/job/list?page_size=20");

    $("jobs").tBodies[0].replaceChildren();

    for (const job of list.records) {
        const took = job.finish_time > 0
            ? ((job.finish_time - job.start_time) / 1000).toFixed(2) + " s"
            : "";

        row("jobs", [ job.job_id, job.status, (job.progress ?? 0) + " %",
            job.start_time > 0 ? new Date(job.start_time).toLocaleString()
                               : "", took,
            job.cause ? `${job.cause.message} - ${job.cause.remedy ?? ""}`
                      : job.pending_reason ]);
    }
}

async function models() {
    const list = await call("/v1/platform/model/list?page_size=20");

    $("models").tBodies[0].replaceChildren();

    for (const item of list.records) {
        const answer = await call("/v1/platform/metric/query?task_id="
            + encodeURIComponent(item.task_id));
        const loss = answer.metrics.filter((point) => point[0] === "loss")
            .map((point) => point[2]);

        row("models", [ item.model_id, item.algorithm, item.status,
            curve(loss) ]);
    }
}

async function contracts() {
    const list = await call("/v1/platform/contract/list?page_size=50");

    $("contracts").tBodies[0].replaceChildren();

    for (const item of list.records) {
        row("contracts", [ item.contract_id, item.node_id, item.status ]);
    }
}

// What a view asks for: without the permission it is not there.

const views = {
    jobs: { permission: "job.read", load: jobs },
    models: { permission: "model.read", load: models },
    contracts: { permission: "contract.read", load: contracts }
};

async function refresh() {
    try {
        const self = await call("/v1/platform/operator/self");
        const loads = [];

        for (const [ id, view ] of Object.entries(views)) {
            const may = self.permissions.includes(view.permission);

            $(id).closest("section").hidden = !may;

            if (may) {
                loads.push(view.load());
            }
        }

        $("operator").textContent = self.name + ": "
            + [ ...self.roles, ...self.role_groups ?? [] ].join(", ");
        await Promise.all(loads);
        document.querySelector("main").hidden = false;
        $("message").textContent = "";
        setTimeout(refresh, 3000);

    } catch (error) {
        $("message").textContent = error.message;
    }
}

$("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    token = $("token").value;
    refresh();
});
