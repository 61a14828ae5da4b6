/* All texts. A row is: key, English, Chinese; a file has those of a page. */

import { common } from "./common.js";
import { datasets } from "./datasets.js";
import { inbox } from "./inbox.js";
import { jobs } from "./jobs.js";
import { nodes } from "./nodes.js";
import { operators } from "./operators.js";
import { overview } from "./overview.js";

export const files = [ common, datasets, inbox, jobs, nodes, operators,
    overview ];

export const rows = Object.assign({}, ...files);
