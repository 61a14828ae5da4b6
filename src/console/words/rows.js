/* All texts. A row is: key, English, Chinese; a file has those of a page. */

import { common } from "./common.js";
import { inbox } from "./inbox.js";
import { jobs } from "./jobs.js";
import { overview } from "./overview.js";

export const files = [ common, inbox, jobs, overview ];

export const rows = Object.assign({}, ...files);
