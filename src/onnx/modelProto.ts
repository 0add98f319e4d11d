/**
 * Encodes a graph as an ONNX `ModelProto`. Field numbers are those of onnx.proto3 (IR version 9, operator set 20).
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
import type { Attribute, Dimension, ElementType, Graph, GraphNode, Initialiser, ValueInfo } from './graph.ts';
import { ProtobufWriter } from './protobuf.ts';

const IR_VERSION = 9;
const OPERATOR_SETS = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
];
/** `TensorProto.DataType` */
export const DATA_TYPES: Record<ElementType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  float16: 10,
};
const DATA_LOCATION_EXTERNAL = 1;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

/** The bytes of a model. Weights stay where they are: external initialisers are only referred to, so it is small. */
export function encodeModel(graph: Graph): Uint8Array {
  const { nodes, inputs, outputs, initialisers } = graph.content;
  const model = new ProtobufWriter().int(1, IR_VERSION).string(2, 'gptj-code');
  model.message(7, (graphProto) => {
    for (const node of nodes) graphProto.message(1, (nested) => writeNode(nested, node));
    graphProto.string(2, 'gptj');
    for (const tensor of initialisers) graphProto.message(5, (nested) => writeInitialiser(nested, tensor));
    for (const info of inputs) graphProto.message(11, (nested) => writeValueInfo(nested, info));
    for (const info of outputs) graphProto.message(12, (nested) => writeValueInfo(nested, info));
  });
  for (const { domain, version } of OPERATOR_SETS) {
    model.message(8, (set) => set.string(1, domain).int(2, version));
  }
  return model.finish();
}

function writeNode(proto: ProtobufWriter, node: GraphNode): void {
  for (const input of node.inputs) proto.string(1, input?.name ?? '');
  for (const { name } of node.outputs) proto.string(2, name);
  proto.string(3, node.name).string(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    proto.message(5, (nested) => writeAttribute(nested, name, value));
  }
  proto.string(7, node.domain);
}

function writeAttribute(proto: ProtobufWriter, name: string, value: Attribute): void {
  proto.string(1, name);
  if (typeof value === 'number') proto.int(3, value).int(20, ATTRIBUTE_INT);
  else if (typeof value === 'string') proto.string(4, value).int(20, ATTRIBUTE_STRING);
  else if ('float' in value) proto.float(2, value.float).int(20, ATTRIBUTE_FLOAT);
  else proto.ints(8, value).int(20, ATTRIBUTE_INTS);
}

function writeInitialiser(proto: ProtobufWriter, { name, type, shape, data }: Initialiser): void {
  proto.ints(1, shape).int(2, DATA_TYPES[type]).string(8, name);
  if (data.kind === 'inline') {
    proto.bytes(9, data.bytes);
    return;
  }
  const entries = { location: data.file, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries)) {
    proto.message(13, (entry) => entry.string(1, key).string(2, value));
  }
  proto.int(14, DATA_LOCATION_EXTERNAL);
}

function writeValueInfo(proto: ProtobufWriter, { name, type, shape }: ValueInfo): void {
  proto.string(1, name).message(2, (typeProto) =>
    typeProto.message(1, (tensorType) => {
      tensorType.int(1, DATA_TYPES[type]);
      tensorType.message(2, (shapeProto) => {
        for (const dimension of shape) shapeProto.message(1, (nested) => writeDimension(nested, dimension));
      });
    }),
  );
}

function writeDimension(proto: ProtobufWriter, dimension: Dimension): void {
  if (typeof dimension === 'number') proto.int(1, dimension);
  else proto.string(2, dimension);
}
