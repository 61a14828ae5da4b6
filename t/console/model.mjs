// Models: rows of weights, curves, scores.

import assert from "node:assert/strict";
import { test } from "node:test";

import { curvesOf, figuresOf, score, scores, weightRows }
    from "./src/lib/model.js";

const model = { features: [ "a", "b" ], weights: [ 2, -1 ], intercept: 0.5,
    scaler: { type: "robust", median: [ 1, 10 ], iqr: [ 2, 5 ] },
    link: "logit", metrics: { errors: { confidence: 0.95,
        standard_errors: [ 0.1, 0.2, 0.3 ], z: [ 20, -5, 1 ],
        p_values: [ 0, 0, 0.3 ], low: [ 1, -2, 0 ], high: [ 3, 0, 1 ] } } };

test("weights have their errors, the intercept is last", () => {
    const rows = weightRows(model);

    assert.deepEqual(rows[1], { feature: "b", weight: -1, error: 0.2, z: -5,
        p: 0, low: -2, high: 0 });
    assert.equal(rows[2].feature, "");
    assert.equal(rows[2].weight, 0.5);
    assert.deepEqual(weightRows({ features: [ "a" ] }), []);
    assert.deepEqual(weightRows(undefined), []);
});

test("a row is scored as the model says", () => {
    const z = 0.5 + 2 * (3 - 1) / 2 - (20 - 10) / 5;

    assert.equal(score(model, { a: 3, b: 20 }), 1 / (1 + Math.exp(-z)));
    assert.equal(score({ ...model, link: "identity" }, { a: 3, b: 20 }), z);
    assert.equal(score({ ...model, link: "identity",
        calibration: { slope: 3, offset: 1 } }, { a: 3, b: 20 }), 3 * z + 1);
    assert.equal(score({ ...model, link: "identity",
        range: { floor: 5, cap: 9 } }, { a: 3, b: 20 }), 5);
    assert.equal(score({ ...model, link: "identity",
        scaler: { type: "none" } }, { a: 3, b: 20 }), 0.5 + 6 - 20);
    assert.ok(scores(model) && !scores({ ...model, piece: {} })
              && !scores({ features: [] }));
});

test("curves rise along their axis and leave out what is no number", () => {
    const curves = curvesOf({ curve: { threshold: [ 0, 0.5, 1 ],
        tpr: [ 1, 0.8, 0 ], fpr: [ 1, 0.1, 0 ],
        precision: [ 0.5, 0.9, null ] },
        gains: [ { depth: 0.5, gain: 0.8, lift: 1.6 },
                 { depth: 1, gain: 1, lift: 1 } ] });

    assert.deepEqual(curves.map(({ name }) => name),
        [ "roc", "ks", "pr", "gain", "lift" ]);
    assert.deepEqual(curves[0].series[0].points,
        [ [ 0, 0 ], [ 0.1, 0.8 ], [ 1, 1 ] ]);
    assert.deepEqual(curves[2].series[0].points,
        [ [ 0.8, 0.9 ], [ 1, 0.5 ] ]);
    assert.deepEqual(curves[4].series[0].points, [ [ 0.5, 1.6 ], [ 1, 1 ] ]);
    assert.deepEqual(curvesOf(undefined), []);
    assert.deepEqual(curvesOf({ auc: 1 }), []);
    assert.deepEqual(figuresOf({ auc: 0.9, curve: {}, on: "training" }),
        [ [ "auc", 0.9 ] ]);
});
