/* All texts. A row is: key, English, Chinese; a file has those of a page. */

import { common } from "./common.js";
import { components } from "./components.js";
import { datasets } from "./datasets.js";
import { flows } from "./flows.js";
import { inbox } from "./inbox.js";
import { jobs } from "./jobs.js";
import { nodes } from "./nodes.js";
import { operators } from "./operators.js";
import { overview } from "./overview.js";

export const files = [ common, components, datasets, flows, inbox, jobs,
    nodes, operators, overview ];

export const rows = Object.assign({}, ...files);
