/* One model: where it is from; its content to those who may have it. */

import { useState } from "preact/hooks";

import { post } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { href } from "../lib/route.js";
import { may } from "../lib/session.js";
import { t } from "../lib/words.js";
import { Badge } from "../parts/badge.js";
import { Card, Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Facts, Id, Name, Time, Waiting } from "../parts/text.js";
import { Content } from "./model/content.js";

export function Model({ id }) {
    const { data, error, reload } = useData("model/query", { id },
        { kinds: [ "model" ] });
    const one = data?.Model;

    return html`
        <${Head} title=${one?.name ?? id}
            note=${html`<${Badge} state=${one?.status} />`} />
        <${Failure} error=${error} again=${reload} />
        ${one === undefined ? !error && html`<${Waiting} />` : html`
        <div class="cards">
            <${About} one=${one} />
            <${Inside} key=${one.model_id} one=${one} />
        </div>`}`;
}

function About({ one }) {
    return html`
        <${Card} title=${t("model.about")}><${Facts} rows=${[
            [ t("models.algorithm"), one.algorithm ],
            [ t("jobs.job"), one.job_id && html`<a
                href=${href("jobs", one.job_id)}><${Id}
                text=${one.job_id} /></a>` ],
            [ t("model.task"), html`<${Id} text=${one.task_id} />` ],
            [ t("model.digest"), one.digest && html`<${Id}
                text=${one.digest} />` ],
            [ t("version"), one.version ],
            [ t("asked.description"), one.description && html`<${Name}
                text=${one.description} />` ],
            [ t("created"), html`<${Time} ms=${one.create_time} />` ]
        ]} /><//>`;
}

/* Reading it is a download: it is asked for by hand. */
function Inside({ one }) {
    const [ held, hold ] = useState({});

    async function show() {
        hold({ busy: true });

        try {
            const { model } = await post("model/download",
                { model_id: one.model_id });

            hold({ model });

        } catch (error) {
            hold({ error });
        }
    }

    if (!may("model.copy")) {
        return html`<${Card} title=${t("model.weights")}>
            <p class="empty">${t("model.hidden")}</p><//>`;
    }

    return held.model ? html`<${Content} model=${held.model} />` : html`
        <${Card} title=${t("model.weights")}>
            <p>${t("model.show.text")}</p>
            <${Failure} error=${held.error} />
            <button type="button" disabled=${held.busy}
                aria-busy=${held.busy} onClick=${show}>${t("model.show")}
            </button>
        <//>`;
}
