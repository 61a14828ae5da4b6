/*
 * What an operator decides: how each kind of request is looked at, answered
 * and taken back. The pages know no kind by name but by its row here.
 */

import { get, post } from "./api.js";

const audit = {
    path: "audit/query", kinds: [ "audit", "query" ], read: "audit.read",
    right: "audit.approve",
    key: (id, kind, node) => ({ audit_id: id, resource_type: kind,
        node_id: node }),
    approve: "audit/confirm", refuse: "audit/confirm",
    end: "audit/terminate", open: "APPLIED",
    limits: [ "time_limit", "times_limit", "rows_limit", "bytes_limit",
        "algorithms_allow" ]
};

const run = { ...audit, limits: [ "time_limit", "times_limit" ] };

const rows = {
    contract: { path: "contract/query", kinds: [ "contract" ],
        read: "contract.read", right: "contract.approve",
        key: (id) => ({ contract_id: id }),
        approve: "contract/confirm", refuse: "contract/confirm",
        end: "contract/terminate", open: "APPLIED",
        limits: [ "expired_time" ] },
    dataset: audit,
    project: { ...audit, limits: [ "time_limit" ] },
    component: { ...audit, limits: [ "time_limit", "times_limit" ] },
    flow: { ...audit, limits: [ "time_limit" ] },
    job: run,
    model: { ...audit, limits: [ "time_limit", "times_limit" ] },
    query: { path: "query/query", kinds: [ "query" ], read: "query.read",
        right: "query.approve", key: (id) => ({ query_id: id }),
        approve: "query/approve", refuse: "query/refuse",
        end: "query/revoke", open: "PENDING",
        limits: [ "time_limit", "times_limit", "rows_limit" ],
        notes: { rows_limit: "limit.rows_each.help",
            times_limit: "limit.times_each.help",
            time_limit: "limit.until_revoked.help" } },
    escrow: { path: "escrow/recovery/query", kinds: [ "escrow" ],
        read: "job.read", right: "job.approve",
        key: (id) => ({ recovery_id: id }),
        approve: "escrow/approve", refuse: "escrow/refuse",
        open: "APPLIED", limits: [] }
};

export const kinds = Object.keys(rows);

export const kindOf = (kind) => rows[kind] ?? audit;

/* The answer of the node to a decision; `said` has limits, or the reason. */
export function decide(kind, record, approved, said) {
    const row = kindOf(kind), key = row.key(record.id, kind, record.node_id);
    const status = row.approve === row.refuse
        ? { status: approved ? "APPROVED" : "REJECTED" } : {};

    return post(approved ? row.approve : row.refuse,
        { ...key, ...status, ...said });
}

export function takeBack(kind, record) {
    return post(kindOf(kind).end,
        kindOf(kind).key(record.id, kind, record.node_id));
}

/* The request as it is now, whoever has answered it. */
export function look(kind, record) {
    return get(kindOf(kind).path,
        kindOf(kind).key(record.id, kind, record.node_id));
}

/* Whether a record still waits for this node. */
export function isOpen(kind, record) {
    return record?.status === kindOf(kind).open;
}
