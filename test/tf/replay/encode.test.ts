import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { encodeSavedModel } from '../../../src/tf/replay/encode.ts';
import type { Graph } from '../../../src/tf/replay/graph.ts';
import { float32, integer, message, text } from '../../../src/tf/replay/protobuf.ts';
import { fc } from '../../properties.ts';

/** The reader that TensorFlow.js carries, made by Google's own compiler from TensorFlow's .proto files. */
interface Message {
  toObject(): unknown;
}
const { SavedModel, VersionDef, AttrValue } = createRequire(import.meta.url)(
  '@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js',
) as Record<string, { deserializeBinary(bytes: Uint8Array): Message }>;

const types = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
};

test('a graph reads back as it was recorded', () => {
  const graph: Graph = {
    nodes: [
      { kind: 'input', name: 'i0', dtype: 1, shape: [2, 300] },
      {
        kind: 'constant',
        name: 'c1',
        dtype: 3,
        shape: [2],
        bytes: new Uint8Array(new Int32Array([-1, 7]).buffer),
      },
      {
        kind: 'operation',
        name: 'n2',
        op: 'Made',
        inputs: ['i0:0', 'c1:0'],
        attributes: [
          { name: 's', type: types.TF_ATTR_STRING, value: 'NHWC' },
          { name: 'i', type: types.TF_ATTR_INT, value: -2 },
          { name: 'list', type: types.TF_ATTR_INT, value: [1, 2, 2, 1] },
          { name: 'none', type: types.TF_ATTR_INT, value: [] },
          { name: 'f', type: types.TF_ATTR_FLOAT, value: 0.5 },
          { name: 'b', type: types.TF_ATTR_BOOL, value: true },
          { name: 'T', type: types.TF_ATTR_TYPE, value: 1 },
          { name: 'shape', type: types.TF_ATTR_SHAPE, value: [4, 5] },
        ],
        outputs: [{ dtype: 1, shape: [4, 5] }],
      },
    ],
    inputs: ['i0:0'],
    outputs: ['n2:0'],
  };
  const model = SavedModel!.deserializeBinary(encodeSavedModel(graph, types)).toObject();
  expect(model).toMatchObject({
    savedModelSchemaVersion: 1,
    metaGraphsList: [
      {
        metaInfoDef: { tagsList: ['serve'] },
        graphDef: {
          versions: { producer: 1087 },
          nodeList: [
            { name: 'i0', op: 'Placeholder' },
            { name: 'c1', op: 'Const' },
            { name: 'n2', op: 'Made', inputList: ['i0:0', 'c1:0'] },
          ],
        },
      },
    ],
  });
  const [, constant, made] = (
    model as {
      metaGraphsList: [{ graphDef: { nodeList: { attrMap: [string, Record<string, unknown>][] }[] } }];
    }
  ).metaGraphsList[0].graphDef.nodeList.map(({ attrMap }) => new Map(attrMap));
  expect(constant!.get('value')).toMatchObject({
    tensor: {
      dtype: 3,
      tensorShape: { dimList: [{ size: 2 }] },
      tensorContent: Buffer.from(new Int32Array([-1, 7]).buffer).toString('base64'),
    },
  });
  expect(made!.get('s')).toMatchObject({ s: Buffer.from('NHWC').toString('base64') });
  expect(made!.get('i')).toMatchObject({ i: -2 });
  expect(made!.get('list')).toMatchObject({ list: { iList: [1, 2, 2, 1] } });
  expect(made!.get('none')).toMatchObject({ list: { iList: [] } });
  expect(made!.get('f')).toMatchObject({ f: 0.5 });
  expect(made!.get('b')).toMatchObject({ b: true });
  expect(made!.get('T')).toMatchObject({ type: 1 });
  expect(made!.get('shape')).toMatchObject({ shape: { dimList: [{ size: 4 }, { size: 5 }] } });
});

test('an attribute of an unknown kind is refused by name', () => {
  const attributes = [{ name: 'odd', type: 99, value: 1 }];
  const nodes = [{ kind: 'operation', name: 'n', op: 'Op', inputs: [], attributes, outputs: [] }] as const;
  expect(() => encodeSavedModel({ nodes, inputs: [], outputs: [] }, types)).toThrow(
    /attribute odd is of a kind \(99\)/,
  );
});

test('integers of any size and sign read back', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(VersionDef!.deserializeBinary(integer(1, value)).toObject()).toMatchObject({ producer: value });
    }),
  );
});

test('floats and texts read back', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), fc.string({ unit: 'binary' }), (number, words) => {
      expect(AttrValue!.deserializeBinary(float32(4, number)).toObject()).toMatchObject({ f: number });
      const read = AttrValue!.deserializeBinary(text(2, words)).toObject() as { s: string };
      expect(Buffer.from(read.s, 'base64').toString()).toBe(words);
    }),
  );
});

test('a message within a message is as long as its fields', () => {
  expect([...message(2, [integer(1, 300)])]).toEqual([18, 3, 8, 172, 2]);
});
