/*
 * The pages, one a row. `list` is at #/name, `one` at #/name/ID. A page
 * without `permission` is everybody's; what a role may not see is not in the
 * menu and not shown. `menu: false` is reached by links alone.
 */

import { Job } from "./pages/job.js";
import { Jobs } from "./pages/jobs.js";
import { Overview } from "./pages/overview.js";

export const pages = [
    { name: "overview", list: Overview },
    { name: "jobs", list: Jobs, one: Job, permission: "job.read" }
];
