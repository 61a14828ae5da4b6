/* Starts the console. */

import { render } from "preact";

import { html } from "./lib/html.js";
import { keepLive } from "./lib/live.js";
import { begin } from "./lib/session.js";
import { keepTheme } from "./lib/theme.js";
import { sayError } from "./parts/toast.js";
import { Frame } from "./frame.js";
import "./style.css";

keepTheme();
keepLive();
render(html`<${Frame} />`, document.getElementById("app"));
begin().catch(sayError);
