/* What the node did, the newest first; how to check that it is true. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../lib/api.js";
import { useData } from "../lib/data.js";
import { number } from "../lib/format.js";
import { html } from "../lib/html.js";
import { local } from "../lib/limits.js";
import { amend, route } from "../lib/route.js";
import { t } from "../lib/words.js";
import { Card, Head } from "../parts/card.js";
import { Failure } from "../parts/failure.js";
import { Fields, read } from "../parts/form.js";
import { Table } from "../parts/table.js";
import { Code, Facts, Name, Time, Waiting } from "../parts/text.js";

const fields = [
    { name: "subject", word: "evidence.subject", optional: true },
    { name: "event", word: "evidence.event", optional: true },
    { name: "from", word: "evidence.from", type: "time", optional: true },
    { name: "to", word: "evidence.to", type: "time", optional: true }
];

export function Evidence() {
    const { args } = route.get();
    const [ entered, enter ] = useState({ ...args,
        from: local(Number(args.from)), to: local(Number(args.to)) });
    const [ faults, blame ] = useState({});
    const asked = JSON.stringify(args);

    function search(event) {
        const { values, faults: wrong } = read(fields, entered);

        event.preventDefault();
        blame(wrong);

        if (Object.keys(wrong).length === 0) {
            amend({ subject: "", event: "", from: "", to: "", ...values });
        }
    }

    return html`
        <${Head} title=${t("evidence")} />
        <form class="card" onSubmit=${search}>
            <div class="limits"><${Fields} fields=${fields} values=${entered}
                faults=${faults} onChange=${enter} /></div>
            <button>${t("evidence.search")}</button>
        </form>
        <${Found} key=${asked} args=${args} />
        <${Witnesses} />
        <${Verify} />`;
}

/* A page of the newest, then earlier ones as they are asked for. */
function Found({ args }) {
    const [ held, hold ] = useState({ records: [], cursor: undefined });
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);

    async function more(cursor) {
        work(true);

        try {
            const data = await get("evidence/list", { ...args, cursor });

            hold((old) => ({ total: data.total, cursor: data.cursor,
                records: [ ...old.records, ...data.records ] }));
            fail(undefined);

        } catch (refusal) {
            fail(refusal);
        }

        work(false);
    }

    useEffect(() => {
        more();
    }, []);

    return html`
        <${Failure} error=${error} again=${() => more(held.cursor)} />
        ${held.cursor === undefined ? !error && html`<${Waiting} />` : html`
        <p><small>${t("evidence.total", { n: number(held.total) })}</small>
        </p>
        <${Table} columns=${columns()} rows=${held.records}
            rowKey=${({ id }) => id} caption=${t("evidence")}
            empty=${held.cursor ? t("evidence.none") : t("empty")} />
        ${held.cursor ? html`<button type="button" class="secondary"
            disabled=${busy} aria-busy=${busy}
            onClick=${() => more(held.cursor)}>${t("evidence.more")}
            </button>` : html`<p class="empty">${t("evidence.end")}</p>`}`}`;
}

const columns = () => [
    { name: "time", title: t("evidence.when"),
      cell: ({ time }) => html`<${Time} ms=${time} />` },
    { name: "event", title: t("evidence.event"),
      cell: ({ event }) => html`<code>${event}</code>` },
    { name: "subject", title: t("evidence.subject"),
      cell: ({ subject }) => html`<${Name} text=${subject} />` },
    { name: "by", title: t("evidence.by"),
      cell: ({ by }) => by && html`<${Name} text=${by} />` },
    { name: "peer", title: t("evidence.peer"),
      cell: ({ peer }) => peer && html`<${Name} text=${peer} />` },
    { name: "details", title: t("evidence.details"), cell: details }
];

function details({ details: all = {} }) {
    const rows = Object.entries(all);

    return rows.length === 0 ? "" : html`
        <details><summary>${number(rows.length)}</summary>
            <${Facts} rows=${rows.map(([ name, text ]) =>
                [ name, html`<${Name} text=${text} />` ])} /></details>`;
}

/* What partners have cosigned, and whose heads are refused. */
function Witnesses() {
    const { data } = useData("evidence/witness/list", { page_size: 100 });
    const rows = data?.records || [];

    return rows.length === 0 ? "" : html`
        <${Card} title=${t("evidence.witness")} wide>
            <${Table} columns=${witnessed()} rows=${rows}
                rowKey=${({ node_id: id }) => id}
                caption=${t("evidence.witness")} />
        <//>`;
}

const witnessed = () => [
    { name: "node", title: t("evidence.peer"),
      cell: ({ node_id: id }) => html`<${Name} text=${id} />` },
    { name: "size", title: t("evidence.witness.theirs"),
      cell: ({ size, split }) => split
          ? html`<strong role="alert">${t("evidence.witness.split")}</strong>
              <small>${split}</small>`
          : number(size) },
    { name: "cosigned", title: t("evidence.witness.ours"),
      cell: ({ cosigned }) => number(cosigned) },
    { name: "time", title: t("evidence.when"),
      cell: ({ cosigned_time: ms }) => ms > 0 && html`<${Time} ms=${ms} />` },
    { name: "error", title: t("evidence.details"),
      cell: ({ error }) => error && html`<${Name} text=${error} />` }
];

function Verify() {
    const { data } = useData("overview");
    const head = data?.evidence?.checkpoint;

    return html`
        <${Card} title=${t("evidence.verify")} wide>
            <p>${t("evidence.verify.text")}</p>
            <${Code} label=${t("evidence.verify")}
                text="interconnctl evidence verify LOG --head KEPT" />
            ${head ? html`<p>${t("evidence.head")}</p><${Code}
                label=${t("evidence.head")} text=${head} />`
                : html`<p class="empty">${t("evidence.unsealed")}</p>`}
        <//>`;
}
