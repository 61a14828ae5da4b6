/* The facts of a request: who asks for what, until when, how often. */

import { bytes, number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { t } from "../lib/words.js";
import { Id, Name, Time } from "./text.js";

const name = (text) => text ? html`<${Name} text=${text} />` : "";
const id = (text) => text ? html`<${Id} text=${text} />` : "";
const when = (ms) => ms > 0 ? html`<${Time} ms=${ms} />` : "";
const list = (all) => all?.length > 0 ? all.join(", ") : "";

/* Of an applicant for a contract: who it says it is. */
function contract(record) {
    return [
        [ t("node"), id(record.node_id) ],
        [ t("asked.name"), name(record.name) ],
        [ t("asked.system"), name([ record.system, record.system_version ]
            .filter(Boolean).join(" ")) ],
        [ t("asked.address"), id(record.address) ],
        [ t("asked.description"), name(record.description) ],
        [ t("asked.auth"), record.auth_type ],
        [ t("asked.spki"), id(record.spki) ],
        [ t("asked.ends"), when(record.expired_time)
            || t("asked.ends.never") ]
    ];
}

/* Of a request under a contract: what for, and the limits asked for. */
function audit(record) {
    return [
        [ t("asked.resource"), name(record.name) ],
        [ t("asked.id"), id(record.resource_id) ],
        [ t("node"), html`<a href=${href("nodes", record.node_id)}>
            <${Id} text=${record.node_id} /></a>` ],
        [ t("asked.description"), name(record.description) ],
        [ t("asked.party"), record.party ],
        [ t("asked.flow"), id(record.flow_id) ],
        [ t("asked.project"), id(record.apply_project_id
            || record.project_id) ],
        [ t("asked.scope"), scope(record) ],
        [ t("asked.until"), when(record.time_limit) || t("asked.unlimited") ],
        [ t("asked.times"), count(record.times_limit) ],
        [ t("asked.rows"), count(record.rows_limit) ],
        [ t("asked.bytes"), record.bytes_limit > 0
            ? bytes(record.bytes_limit) : "" ],
        [ t("asked.allow"), list(record.algorithms_allow) ],
        [ t("asked.deny"), list(record.algorithms_deny) ],
        [ t("asked.policy"), policy(record.usage_limits) ]
    ];
}

/* Of a query: who asks for which step of which job. */
function query(record) {
    return [
        [ t("node"), html`<a href=${href("nodes", record.node_id)}>
            <${Id} text=${record.node_id} /></a>` ],
        [ t("asked.job"), id(record.job_id) ],
        [ t("asked.step"), name(record.task_name) ],
        [ t("asked.digest"), id(record.digest) ]
    ];
}

/* Of a result in escrow: who wants whose result of which job, and why. */
function escrow(record) {
    return [
        [ t("node"), html`<a href=${href("nodes", record.node_id)}>
            <${Id} text=${record.node_id} /></a>` ],
        [ t("asked.why"), name(record.why) ],
        [ t("asked.owner"), id(record.owner) ],
        [ t("asked.job"), id(record.job_id) ],
        [ t("asked.digest"), id(record.digest) ]
    ];
}

const facts = { contract, query, escrow };

export function Asked({ kind, record, card }) {
    return html`
        <dl class="facts">${[ ...(facts[kind] ?? audit)(record),
            [ t("asked.when"), when(card?.create_time
                || record.create_time) ] ]
            .filter(([ , value ]) => value !== undefined && value !== "")
            .map(([ title, value ]) => html`<div key=${title}>
                <dt>${title}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function count(limit) {
    return limit > 0 ? number(limit) : "";
}

/* { PROJECT: [ "P1" ] } or a list of scopes, as their names. */
function scope(record) {
    const ids = record.scope_ids && Object.keys(record.scope_ids).length > 0
        ? record.scope_ids : record.auth_scope;

    if (!ids || typeof ids !== "object") {
        return "";
    }

    return Array.isArray(ids) ? ids.filter((one) => one !== "NODE")
        .join(", ") : Object.entries(ids).map(([ kind, all ]) =>
        `${kind}: ${[ all ].flat().join(", ")}`).join("; ");
}

/* The most that our dataset is given for. */
export function policy(limits) {
    return limits === undefined ? "" : [
        limits.times_limit > 0 && t("policy.times",
            { n: number(limits.times_limit) }),
        limits.rows_limit > 0 && t("policy.rows",
            { n: number(limits.rows_limit) }),
        limits.bytes_limit > 0 && t("policy.bytes",
            { n: bytes(limits.bytes_limit) }),
        limits.algorithms_allow?.length > 0 && t("policy.allow",
            { names: limits.algorithms_allow.join(", ") }),
        limits.algorithms_deny?.length > 0 && t("policy.deny",
            { names: limits.algorithms_deny.join(", ") })
    ].filter(Boolean).join("; ");
}
