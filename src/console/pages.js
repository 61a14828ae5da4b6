/*
 * The pages, one a row. `list` is at #/name, `one` at #/name/ID. A page
 * without `permission` is everybody's; what a role may not see is not in the
 * menu and not shown. `menu: false` is reached by links alone. What a page is
 * made of is fetched when it is first shown.
 */

import { lazy } from "./lib/lazy.js";

export const pages = [
    { name: "overview",
      list: lazy(() => import("./pages/overview.js"), "Overview") },
    { name: "inbox", permission: "audit.read",
      list: lazy(() => import("./pages/inbox.js"), "Inbox"),
      one: lazy(() => import("./pages/request.js"), "Request") },
    { name: "nodes", permission: "node.read",
      list: lazy(() => import("./pages/nodes.js"), "Nodes"),
      one: lazy(() => import("./pages/node.js"), "Node") },
    { name: "datasets", permission: "dataset.read",
      list: lazy(() => import("./pages/datasets.js"), "Datasets"),
      one: lazy(() => import("./pages/dataset.js"), "Dataset") },
    { name: "components", permission: "component.read",
      list: lazy(() => import("./pages/components.js"), "Components"),
      one: lazy(() => import("./pages/component.js"), "OneComponent") },
    { name: "flows", permission: "flow.read",
      list: lazy(() => import("./pages/flows.js"), "Flows"),
      one: lazy(() => import("./pages/flow.js"), "Flow") },
    { name: "jobs", permission: "job.read",
      list: lazy(() => import("./pages/jobs.js"), "Jobs"),
      one: lazy(() => import("./pages/job.js"), "Job") },
    { name: "models", permission: "model.read",
      list: lazy(() => import("./pages/models.js"), "Models"),
      one: lazy(() => import("./pages/model.js"), "Model") },
    { name: "evidence", permission: "evidence.read",
      list: lazy(() => import("./pages/evidence.js"), "Evidence") },
    { name: "operators", permission: "operator.read",
      list: lazy(() => import("./pages/operators.js"), "Operators"),
      one: lazy(() => import("./pages/operator.js"), "Operator") },
    { name: "dashboard", permission: "job.read", menu: false,
      list: lazy(() => import("./pages/dashboard.js"), "Dashboard") }
];
