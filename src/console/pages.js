/*
 * The pages, one a row. `list` is at #/name, `one` at #/name/ID. A page
 * without `permission` is everybody's; what a role may not see is not in the
 * menu and not shown. `menu: false` is reached by links alone.
 */

import { Inbox } from "./pages/inbox.js";
import { Job } from "./pages/job.js";
import { Jobs } from "./pages/jobs.js";
import { Overview } from "./pages/overview.js";
import { Request } from "./pages/request.js";

export const pages = [
    { name: "overview", list: Overview },
    { name: "inbox", list: Inbox, one: Request, permission: "audit.read" },
    { name: "jobs", list: Jobs, one: Job, permission: "job.read" }
];
