/* Permissions: what there are of each kind, and what a pattern gives. */

/* t/123-console-operators.t compares it with the endpoints of the node. */
export const kinds = {
    node: [ "read", "edit", "use", "control", "admin" ],
    contract: [ "read", "edit", "approve" ],
    audit: [ "read", "edit", "approve" ],
    dataset: [ "read", "edit", "use", "control" ],
    query: [ "read", "approve" ],
    component: [ "read", "edit", "use", "control" ],
    project: [ "read", "edit", "control" ],
    flow: [ "read", "edit", "control" ],
    job: [ "read", "edit", "approve", "operate" ],
    model: [ "read", "edit", "use", "copy", "control" ],
    result: [ "copy" ],
    evidence: [ "read", "admin" ],
    operator: [ "read", "admin" ],
    role: [ "read", "admin" ]
};

export const rights = [ "read", "edit", "use", "copy", "control", "approve",
    "operate", "admin" ];

/* Whether one of "kind.right", "kind.*", "*.right", "*" gives a right. */
export function gives(permissions, kind, right) {
    return [ "*", `${kind}.*`, `*.${right}`, `${kind}.${right}` ]
        .some((one) => permissions.includes(one));
}
