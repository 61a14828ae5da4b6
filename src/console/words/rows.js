/* All texts. A row is: key, English, Chinese; a file has those of a page. */

import { common } from "./common.js";
import { components } from "./components.js";
import { datasets } from "./datasets.js";
import { evidence } from "./evidence.js";
import { flows } from "./flows.js";
import { inbox } from "./inbox.js";
import { jobs } from "./jobs.js";
import { models } from "./models.js";
import { nodes } from "./nodes.js";
import { operators } from "./operators.js";
import { overview } from "./overview.js";

export const files = [ common, components, datasets, evidence, flows, inbox,
    jobs, models, nodes, operators, overview ];

export const rows = Object.assign({}, ...files);
