/* What a model's content says: weights, curves, the score of a row. */

const errors = { error: "standard_errors", z: "z", p: "p_values",
    low: "low", high: "high" };
const scales = { standard: [ "mean", "std" ], min_max: [ "min", "range" ],
    robust: [ "median", "iqr" ] };

/*
 * [ { feature, weight, error, z, p, low, high } ], the intercept last with
 * feature "". Errors are there where the algorithm gives them.
 */
export function weightRows(model) {
    const found = model?.metrics?.errors ?? {};
    const names = [ ...(model?.features ?? []),
        ...(model?.intercept === undefined ? [] : [ "" ]) ];
    const weights = [ ...(model?.weights ?? []), model?.intercept ];

    return model?.weights === undefined ? []
        : names.map((feature, i) => ({ feature, weight: weights[i],
            ...Object.fromEntries(Object.entries(errors)
                .map(([ name, list ]) => [ name, found[list]?.[i] ])) }));
}

export const hasErrors = (model) => model?.metrics?.errors !== undefined;

const pairs = (xs = [], ys = []) => xs.map((x, i) => [ x, ys[i] ])
    .filter(([ x, y ]) => Number.isFinite(x) && Number.isFinite(y));
const rising = (points) => [ ...points ].sort(([ a ], [ b ]) => a - b);

/* A list of objects as an object of lists. */
function columns(rows) {
    return Array.isArray(rows)
        ? Object.fromEntries(Object.keys(rows[0] ?? {})
            .map((name) => [ name, rows.map((row) => row[name]) ]))
        : rows ?? {};
}

/*
 * The curves of an evaluation: [ { name, x, series } ], names are keys of
 * texts, only those that it has points for.
 */
export function curvesOf(evaluation) {
    const { threshold, tpr, fpr, precision } = evaluation?.curve ?? {};
    const { depth, gain, lift } = columns(evaluation?.gains);
    const line = (name, xs, ys) => ({ name, points: rising(pairs(xs, ys)) });

    return [
        { name: "roc", x: "fpr", series: [ line("tpr", fpr, tpr) ] },
        { name: "ks", x: "threshold", series: [ line("tpr", threshold, tpr),
            line("fpr", threshold, fpr) ] },
        { name: "pr", x: "tpr", series: [ line("precision", tpr,
            precision) ] },
        { name: "gain", x: "depth", series: [ line("gain", depth, gain) ] },
        { name: "lift", x: "depth", series: [ line("lift", depth, lift) ] }
    ].filter(({ series }) => series.some(({ points }) => points.length > 1));
}

/* Members of an evaluation that are one number. */
export const figuresOf = (evaluation) => Object.entries(evaluation ?? {})
    .filter(([ , value ]) => Number.isFinite(value));

/* Whether a row can be scored with the content alone. */
export const scores = (model) => Array.isArray(model?.weights)
    && model.piece === undefined && model.bins === undefined;

/* The score of { feature: number }; the order of sums is the features'. */
export function score(model, row) {
    const [ shift, scale ] = scales[model.scaler?.type] ?? [];
    let z = model.intercept ?? 0;

    model.features.forEach((name, i) => {
        const x = shift === undefined ? row[name]
            : (row[name] - model.scaler[shift][i]) / model.scaler[scale][i];

        z += model.weights[i] * x;
    });

    if (model.calibration) {
        z = model.calibration.slope * z + model.calibration.offset;
    }

    return bounded(model.range,
        model.link === "logit" ? 1 / (1 + Math.exp(-z)) : z);
}

const bounded = (range, value) => range === undefined ? value
    : Math.min(range.cap, Math.max(range.floor, value));
