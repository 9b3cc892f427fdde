/** A graph in which TensorFlow finds nothing to rewrite: every operation rounds as it does alone. */
import type { AttributeTypes } from './encode.ts';
import type { Edge, Graph, GraphNode, Output } from './graph.ts';

/**
 * Before it runs a graph, TensorFlow's optimiser fuses neighbours (batch norm with relu), multiplies constants into each other and
 * turns quotients by constants into products. That is fast, but may round otherwise. Here every edge between operations
 * passes a placeholder with a default: it hands its tensor on as it is, and the optimiser, which must reckon with another
 * being fed, does not look through it.
 */
export function unfused(graph: Graph, types: AttributeTypes): Graph {
  const read = new Set(graph.nodes.flatMap((node) => (node.kind === 'operation' ? node.inputs : [])));
  const opaque = new Map<Edge, Edge>();
  const nodes: GraphNode[] = [];
  const guard = (from: string, index: number, { dtype, shape }: Output): void => {
    const name = `${from}_${index}`;
    const edge: Edge = `${from}:${index}`;
    if (!read.has(edge)) return;
    opaque.set(edge, `${name}:0`);
    nodes.push({
      kind: 'operation',
      name,
      op: 'PlaceholderWithDefault',
      inputs: [edge],
      attributes: [
        { name: 'dtype', type: types.TF_ATTR_TYPE, value: dtype },
        { name: 'shape', type: types.TF_ATTR_SHAPE, value: shape },
      ],
      outputs: [{ dtype, shape }],
    });
  };
  // Nodes stand in the order of computation: what an operation reads is guarded before it comes.
  for (const node of graph.nodes) {
    if (node.kind === 'operation') {
      nodes.push({ ...node, inputs: node.inputs.map((edge) => opaque.get(edge) ?? edge) });
      for (const [index, output] of node.outputs.entries()) guard(node.name, index, output);
    } else {
      nodes.push(node);
      if (node.kind === 'constant') guard(node.name, 0, node);
    }
  }
  return { ...graph, nodes };
}
