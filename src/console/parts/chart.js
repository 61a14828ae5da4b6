/* Curves: drawn by uPlot, and told as a table to who cannot see them. */

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { figure } from "../lib/format.js";
import { html } from "../lib/html.js";
import { useValue } from "../lib/state.js";
import { theme } from "../lib/theme.js";
import { t } from "../lib/words.js";
import { join } from "./series.js";

/* custom properties of style.css, in the order of the series */
const colours = [ "--line-1", "--line-2", "--line-3", "--line-4",
    "--line-5" ];

/*
 * series: [ { name, points: [ [ x, y ] ] } ]; x common or not. New points
 * move the curve, they do not build it anew.
 */
export function Chart({ title, series, xName, height = 240, range }) {
    const place = useRef(null), plot = useRef(null);
    const look = useValue(theme);
    const shape = JSON.stringify([ series.map(({ name }) => name), look,
        height, range, xName ]);

    useEffect(() => {
        plot.current = draw(place.current, { series, xName, height, range });

        return () => {
            plot.current.gone.disconnect();
            plot.current.destroy();
        };
    }, [ shape ]);

    useEffect(() => plot.current.setData(join(series)), [ series ]);

    return html`
        <figure class="chart">
            <figcaption>${title}</figcaption>
            <div ref=${place} role="img" aria-label=${said(title, series)}>
            </div>
            <details><summary>${t("chart.values")}</summary>
                <${Values} series=${series} xName=${xName} /></details>
        </figure>`;
}

/* The last value of each series, in words. */
function said(title, series) {
    return [ title, ...series.filter(({ points }) => points.length > 0)
        .map(({ name, points }) => `${name}: ${figure(points.at(-1)[1])}`)
    ].join("; ");
}

function colour(name) {
    return getComputedStyle(document.documentElement)
        .getPropertyValue(name).trim();
}

function draw(place, { series, xName, height, range }) {
    const text = colour("--pico-muted-color");
    const grid = colour("--pico-muted-border-color");
    const axis = { stroke: text, grid: { stroke: grid, width: 1 },
        ticks: { stroke: grid, width: 1 } };

    const plot = new uPlot({
        width: Math.max(place.clientWidth, 200), height,
        cursor: { drag: { x: true, y: false } },
        scales: { x: { time: false }, y: range ? { range } : {} },
        axes: [ { ...axis, label: xName, labelSize: 20 },
            { ...axis, size: 64 } ],
        series: [ { label: xName }, ...series.map(({ name }, i) => ({
            label: name, stroke: colour(colours[i % colours.length]),
            width: 2, spanGaps: true, points: { size: 5 },
            value: (self, value) => figure(value, 6) })) ]
    }, join(series), place);

    plot.gone = new ResizeObserver(() => plot.setSize({
        width: Math.max(place.clientWidth, 200), height }));
    plot.gone.observe(place);

    return plot;
}

function Values({ series, xName }) {
    const [ xs, ...columns ] = join(series);

    return html`
        <div class="scroll"><table>
            <thead><tr><th scope="col">${xName}</th>${series.map((one) =>
                html`<th scope="col" class="number" dir="auto">${one.name}
                </th>`)}</tr></thead>
            <tbody>${xs.map((x, i) => html`<tr key=${x}><td>${figure(x, 6)}
                </td>${columns.map((ys) => html`<td class="number">
                ${figure(ys[i], 8)}</td>`)}</tr>`)}</tbody>
        </table></div>`;
}
