/* What curves have in common. */

/* The common x, and per series its y there, or null. */
export function join(series) {
    const all = new Set(series.flatMap(({ points }) =>
        points.map(([ x ]) => x)));
    const xs = [ ...all ].sort((a, b) => a - b);

    return [ xs, ...series.map(({ points }) => {
        const at = new Map(points);

        return xs.map((x) => at.get(x) ?? null);
    }) ];
}
