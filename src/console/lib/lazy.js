/* Pages that are fetched when they are first shown. */

import { useEffect, useState } from "preact/hooks";

import { html } from "./html.js";
import { t } from "./words.js";
import { Failure } from "../parts/failure.js";
import { Waiting } from "../parts/text.js";

/*
 * lazy(() => import("./pages/jobs.js"), "Jobs") is a component: the export
 * of that name. Where the console was replaced since the tab was opened, its
 * old files are gone: the tab is to be loaded anew.
 */
export function lazy(load, name) {
    let Page;

    return function Lazy(props) {
        const [ , redraw ] = useState(0);
        const [ error, fail ] = useState();

        useEffect(() => {
            if (Page === undefined) {
                load().then((module) => {
                    Page = module[name];
                    redraw(1);
                }, fail);
            }
        }, []);

        return Page ? html`<${Page} ...${props} />`
            : error ? html`<${Failure} error=${{ text: () =>
                t("refusal.replaced") }} again=${() => location.reload()} />`
            : html`<${Waiting} />`;
    };
}
