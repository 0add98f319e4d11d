/**
 * Builds an ONNX graph node by node. Knows nothing of the model: what a layer is stands in the engine.
 *
 * A node is named by its place, `/layers.3/attention/Softmax`, so that a profile or an error of the runtime
 * can be read against the source.
 */
import { assert } from '../base/assert.ts';

/** What a model computes in. */
export type FloatType = 'float32' | 'float16';

export type ElementType = FloatType | 'uint8' | 'int64' | 'int32';

/** One edge of the graph. Only a `Graph` makes them, and it may still give them another name. */
export type Value = { readonly name: string };

/** A dimension: a size, or the name of one that is known only at run time. */
export type Dimension = number | string;

export type Attribute = number | string | readonly number[] | { readonly float: number };

export type GraphNode = {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  /** An optional input that is left out is undefined. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
};

export type ValueInfo = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
};

/** Where an initialiser's bytes are: in the model itself (small ones), or in a file beside it (weights). */
export type InitialiserData =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'external'; readonly file: string; readonly offset: number; readonly length: number };

export type Initialiser = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: InitialiserData;
};

/** Everything that has been added so far, in order. */
export type GraphContent = {
  readonly nodes: GraphNode[];
  readonly inputs: ValueInfo[];
  readonly outputs: ValueInfo[];
  readonly initialisers: Initialiser[];
  readonly names: Set<string>;
};

export type NodeOptions = {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Operator set; '' is ONNX's own. */
  readonly domain?: '' | 'com.microsoft';
  /** Optional outputs that nobody wants, by index. */
  readonly leaveOut?: readonly number[];
};

export class Graph {
  readonly #path: string;
  readonly content: GraphContent;

  constructor(
    path = '',
    content: GraphContent = { nodes: [], inputs: [], outputs: [], initialisers: [], names: new Set() },
  ) {
    this.#path = path;
    this.content = content;
  }

  /** The same graph; what is added through it is named below `name`. */
  scope(name: string): Graph {
    return new Graph(`${this.#path}/${name}`, this.content);
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.content.inputs.push({ name: this.#claim(name), type, shape });
    return { name };
  }

  /** Makes `value`, which a node has made, an output of the graph. It takes this name, which costs nothing at run time. */
  output(name: string, value: Value, info: Omit<ValueInfo, 'name'>): void {
    assert(
      !this.content.outputs.some((output) => output.name === value.name),
      `${value.name} is an output once`,
    );
    this.content.outputs.push({ name: this.#claim(name), ...info });
    (value as { name: string }).name = name;
  }

  /** A weight whose bytes lie in a file beside the model. */
  weight(info: ValueInfo & { readonly shape: readonly number[] }, data: InitialiserData): Value {
    this.content.initialisers.push({ ...info, data, name: this.#claim(info.name) });
    return { name: info.name };
  }

  int64s(name: string, values: readonly number[]): Value {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant(name, 'int64', [values.length], bytes);
  }

  float32s(name: string, values: Float32Array, shape: readonly number[]): Value {
    assert(values.length === shape.reduce((product, size) => product * size, 1), `${name} fills its shape`);
    return this.#constant(
      name,
      'float32',
      shape,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }

  /** A single 0. */
  zero(name: string, type: FloatType): Value {
    return this.#constant(name, type, [], new Uint8Array(type === 'float32' ? 4 : 2));
  }

  /** Adds a node with one output. An `undefined` input is an optional one that is left out. */
  node(operator: string, inputs: readonly (Value | undefined)[], options: NodeOptions = {}): Value {
    const output = { name: this.#claim(`${this.#path}/${operator}`) };
    this.#push(operator, inputs, [output], options);
    return output;
  }

  /** Adds a node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly (Value | undefined)[],
    nOutputs: number,
    options: NodeOptions = {},
  ): Value[] {
    const base = this.#claim(`${this.#path}/${operator}`);
    const outputs = Array.from({ length: nOutputs }, (_, index) => ({
      name: options.leaveOut?.includes(index) === true ? '' : `${base}:${index}`,
    }));
    this.#push(operator, inputs, outputs, options);
    return outputs;
  }

  /** Splits `value` along `axis` into pieces of the given sizes. */
  split(value: Value, axis: number, sizes: Value, nPieces: number): Value[] {
    return this.nodes('Split', [value, sizes], nPieces, { attributes: { axis } });
  }

  #push(
    operator: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly Value[],
    options: NodeOptions,
  ): void {
    this.content.nodes.push({
      name: outputs[0]?.name.replace(/:0$/, '') ?? operator,
      operator,
      domain: options.domain ?? '',
      inputs,
      outputs,
      attributes: options.attributes ?? {},
    });
  }

  #constant(name: string, type: ElementType, shape: readonly number[], bytes: Uint8Array): Value {
    const unique = this.#claim(`${this.#path}/${name}`);
    this.content.initialisers.push({ name: unique, type, shape, data: { kind: 'inline', bytes } });
    return { name: unique };
  }

  #claim(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.content.names.has(name); n++) name = `${wanted}.${n}`;
    this.content.names.add(name);
    return name;
  }
}
