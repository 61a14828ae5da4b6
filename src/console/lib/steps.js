/* What a job's parts say together: per step of its DAG, per curve. */

import { graphOf } from "./layout.js";

/* The first of these that a party's part has is the step's. */
const order = [ "FAILED", "RUNNING", "READY", "PENDING", "SUCCESS" ];

/* { nodes, edges } of the DAG, nodes with state and progress of all parts. */
export function stepsOf(job) {
    const { nodes, edges } = graphOf(job.dag);
    const disabled = new Set(job.disabled);

    return { edges, nodes: nodes.map((node) => {
        const parts = (job.tasks ?? [])
            .filter(({ task_name }) => task_name === node.id);

        return { ...node, progress: progressOf(parts),
            state: disabled.has(node.id) ? "DISABLED" : stateOf(parts) };
    }) };
}

export function stateOf(parts) {
    return order.find((state) =>
        parts.some(({ status }) => status === state)) ?? "PENDING";
}

/* Percent: a partner knows its own parts alone. */
export function jobProgress(job) {
    return job.role === "initiator" || isOver(job) ? job.progress ?? 0
        : progressOf(job.tasks ?? []);
}

function progressOf(parts) {
    return parts.length === 0 ? 0
        : parts.reduce((sum, { progress }) => sum + (progress ?? 0), 0)
            / parts.length;
}

export const isOver = (job) =>
    job.status === "SUCCESS" || job.status === "FAILED";

export const isPaused = (job) =>
    (job.pending ?? []).some(({ reason }) => reason === "paused");

/* Every party approved and nobody started it: the initiator may. */
export const canStart = (job) => job.role === "initiator"
    && (job.pending ?? []).some(({ reason }) => reason === "start");

/* Nodes of parties that nobody has asked to approve the job yet. */
export const unasked = (job) => [ ...new Set((job.pending ?? [])
    .filter(({ reason }) => reason === "not_asked")
    .map(({ node_id }) => node_id)) ];

/* Points [ name, x, y ] as series, in the order in which names come. */
export function seriesOf(metrics) {
    const series = new Map();

    for (const [ name, x, y ] of metrics) {
        if (!series.has(name)) {
            series.set(name, { name, points: [] });
        }

        series.get(name).points.push([ x, y ]);
    }

    return [ ...series.values() ];
}

/* Components of a DAG, each once: { code, version }. */
export function componentsOf(dag) {
    const found = new Map((dag?.components ?? []).map((one) => {
        const code = one.componentName ?? one.code;

        return [ `${code} ${one.version ?? ""}`,
            { code, version: one.version } ];
    }));

    return [ ...found.values() ];
}
