/**
 * Writes pickles instruction by instruction, as Python's protocol 2 has them, to be read by what is tested. An instruction
 * that no good file holds can be written as well.
 */

/** Bytes that leave one value on the stack. */
export type Pickled = Buffer;

export const none = opcode('N');
export const no = opcode('\x89');

export function text(value: string): Pickled {
  const bytes = Buffer.from(value);
  return Buffer.concat([opcode('X'), uint32(bytes.length), bytes]);
}

export function int(value: number): Pickled {
  if (value >= 0 && value < 256) return Buffer.concat([opcode('K'), Buffer.from([value])]);
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return Buffer.concat([opcode('J'), bytes]);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return Buffer.concat([opcode('\x8a'), Buffer.from([8]), bytes]);
}

export function tuple(...items: readonly Pickled[]): Pickled {
  return Buffer.concat([opcode('('), ...items, opcode('t')]);
}

export function list(...items: readonly Pickled[]): Pickled {
  return Buffer.concat([opcode(']'), opcode('('), ...items, opcode('e')]);
}

export function dict(...items: readonly (readonly [string, Pickled])[]): Pickled {
  return Buffer.concat([opcode('}'), setItems(items)]);
}

export function setItems(items: readonly (readonly [string, Pickled])[]): Buffer {
  return Buffer.concat([opcode('('), ...items.flatMap(([key, value]) => [text(key), value]), opcode('u')]);
}

/** `torch.FloatStorage`: the last part is the name, the others are its module. */
export function named(name: string): Pickled {
  const dot = name.lastIndexOf('.');
  return Buffer.concat([opcode('c'), Buffer.from(`${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`)]);
}

export function call(name: string, ...args: readonly Pickled[]): Pickled {
  return Buffer.concat([named(name), tuple(...args), opcode('R')]);
}

/** What lies outside the pickle. */
export function reference(id: Pickled): Pickled {
  return Buffer.concat([id, opcode('Q')]);
}

export function opcode(character: string): Buffer {
  return Buffer.from(character, 'latin1');
}

export function pickle(value: Pickled): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), value, opcode('.')]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
