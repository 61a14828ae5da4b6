/* Where the boxes and lines of a DAG go. */

import dagre from "@dagrejs/dagre";

export const box = { width: 190, height: 58 };

/*
 * Of nodes { id } and edges { from, to }: { width, height, nodes: Map of id
 * to { x, y } (the corner), edges: [ { from, to, points } ] }. Edges to
 * nodes that are not there are left out.
 */
export function layout(nodes, edges, direction = "TB") {
    const graph = new dagre.graphlib.Graph({ multigraph: true });

    graph.setGraph({ rankdir: direction, nodesep: 28, ranksep: 42,
        marginx: 8, marginy: 8 });
    graph.setDefaultEdgeLabel(() => ({}));
    nodes.forEach(({ id }) => graph.setNode(id, { ...box }));

    const known = edges.filter(({ from, to }) =>
        graph.hasNode(from) && graph.hasNode(to));

    known.forEach(({ from, to }, i) =>
        graph.setEdge(from, to, {}, String(i)));
    dagre.layout(graph);

    return { width: graph.graph().width, height: graph.graph().height,
        nodes: new Map(nodes.map(({ id }) => [ id, corner(graph.node(id)) ])),
        edges: known.map((edge, i) => ({ ...edge, points:
            graph.edge(edge.from, edge.to, String(i)).points })) };
}

/* dagre tells centres */
function corner({ x, y }) {
    return { x: x - box.width / 2, y: y - box.height / 2 };
}

/*
 * Nodes and edges of a job's or flow's DAG: an input's source is
 * "component.output" of another one; `after` waits without reading.
 */
export function graphOf(dag) {
    const components = dag?.components ?? [];

    return {
        nodes: components.map((one) => ({ id: one.name,
            title: one.name, sub: one.componentName })),
        edges: components.flatMap((one) => [
            ...(one.input ?? [])
                .filter(({ key }) => typeof key === "string")
                .map(({ key, type }) => ({ from: key.split(".")[0],
                    to: one.name, label: type })),
            ...(one.after ?? []).map((from) => ({ from, to: one.name }))
        ])
    };
}
