/** A recorded graph in the bytes of a SavedModel, the one form in which the binding takes graphs. Numbers are those of TensorFlow's .proto files. */
import type { Binding, OpAttribute } from '../backend/binding.ts';
import type { Graph, GraphNode } from './graph.ts';
import { bytes, concat, float32, integer, message, text, type Field } from './protobuf.ts';

/** Kinds of attributes, as the binding numbers them. */
export type AttributeTypes = Pick<
  Binding,
  'TF_ATTR_STRING' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_TYPE' | 'TF_ATTR_SHAPE'
>;

/** Version of the graph format written here; readers accept older ones. */
const producer = 1087;

const shapeFields = (shape: readonly number[]): Field[] =>
  shape.map((size) => message(2, [integer(1, size)]));

const attribute = (name: string, value: readonly Field[]): Field =>
  message(5, [text(1, name), message(2, value)]);
const typeAttribute = (name: string, dtype: number): Field => attribute(name, [integer(6, dtype)]);
const shapeAttribute = (name: string, shape: readonly number[]): Field =>
  attribute(name, [message(7, shapeFields(shape))]);

function operationAttribute({ name, type, value }: OpAttribute, types: AttributeTypes): Field {
  const scalar = (one: boolean | number | string): Field => {
    switch (type) {
      case types.TF_ATTR_STRING:
        return text(2, String(one));
      case types.TF_ATTR_INT:
        return integer(3, Number(one));
      case types.TF_ATTR_FLOAT:
        return float32(4, Number(one));
      case types.TF_ATTR_BOOL:
        return integer(5, Boolean(one));
      case types.TF_ATTR_TYPE:
        return integer(6, Number(one));
      default:
        throw new Error(`attribute ${name} is of a kind (${type}) that recording does not know`);
    }
  };
  if (typeof value !== 'object') return attribute(name, [scalar(value)]);
  if (type === types.TF_ATTR_SHAPE) return shapeAttribute(name, value);
  // Lists use the same field numbers, inside a message of their own.
  return attribute(name, [message(1, value.map(scalar))]);
}

function node(one: GraphNode, types: AttributeTypes): Field {
  switch (one.kind) {
    case 'input':
      return message(1, [
        ...[text(1, one.name), text(2, 'Placeholder')],
        ...[typeAttribute('dtype', one.dtype), shapeAttribute('shape', one.shape)],
      ]);
    case 'constant': {
      const tensor = [integer(1, one.dtype), message(2, shapeFields(one.shape)), bytes(4, one.bytes)];
      return message(1, [
        ...[text(1, one.name), text(2, 'Const')],
        ...[typeAttribute('dtype', one.dtype), attribute('value', [message(8, tensor)])],
      ]);
    }
    case 'operation':
      return message(1, [
        ...[text(1, one.name), text(2, one.op)],
        ...one.inputs.map((edge) => text(3, edge)),
        ...one.attributes.map((each) => operationAttribute(each, types)),
      ]);
  }
}

/** Tag by which the model is loaded. */
export const servingTag = 'serve';

export function encodeSavedModel(graph: Graph, types: AttributeTypes): Uint8Array {
  const graphDef = [...graph.nodes.map((one) => node(one, types)), message(4, [integer(1, producer)])];
  const metaGraph = [message(1, [text(4, servingTag)]), message(2, graphDef)];
  return concat([integer(1, 1), message(2, metaGraph)]);
}
