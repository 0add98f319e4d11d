/**
 * Reads one pickle without running anything. A pickle is a program for a small machine with a stack, and Python's own
 * machine lets it call any function there is. This one knows the instructions that PyTorch writes for a state dict, and
 * the names that it may ask for are given to it; every other is refused.
 * Source: https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
import { present } from '../../base/assert.ts';
import { say, type Sentence } from '../../base/sentence.ts';

/** What a pickle is made of. `undefined` is Python's None. */
export type PickleValue = undefined | boolean | number | string | Tuple | List | Dict | Named | Opaque;
export type Tuple = { readonly kind: 'tuple'; readonly items: readonly PickleValue[] };
export type List = { readonly kind: 'list'; readonly items: PickleValue[] };
/** Keys and values by turns, in the order in which they were set. */
export type Dict = { readonly kind: 'dict'; readonly items: PickleValue[] };
/** A function or a class, by its name. */
export type Named = { readonly kind: 'named'; readonly name: string };
/** Whatever the meanings make of a call or a reference. */
export type Opaque = { readonly kind: 'opaque'; readonly value: object };

/** What names stand for, and what is outside the pickle. Each may refuse by throwing. */
export type Meanings = {
  /** Returns if a pickle may ask for this name at all. */
  readonly checkName: (name: string) => void;
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue;
  readonly refer: (id: PickleValue) => PickleValue;
  readonly fail: (problem: Sentence) => never;
};

/** Some forty for each tensor; a value takes a hundred bytes at most. */
const MAX_INSTRUCTIONS = 500_000;

/** Longest text in bytes: names of tensors and of storages. */
const MAX_TEXT_BYTES = 10_000;

/** Returns the value of the pickle that begins at `start`, and where it ends. */
export function readPickle(
  bytes: Buffer,
  start: number,
  meanings: Meanings,
): { readonly value: PickleValue; readonly end: number } {
  const machine = new Machine(bytes, start, meanings);
  for (let nDone = 0; nDone < MAX_INSTRUCTIONS; nDone++) {
    const opcode = machine.byte();
    if (opcode === STOP) return { value: machine.pop(), end: machine.position };
    const instruction = INSTRUCTIONS.get(opcode);
    if (instruction === undefined) {
      const code = `0x${opcode.toString(16).padStart(2, '0')}`;
      return meanings.fail(
        say`byte ${machine.position - 1} is the pickle instruction ${code}, which no state dict needs`,
      );
    }
    instruction(machine);
  }
  return meanings.fail(say`has more than ${MAX_INSTRUCTIONS} pickle instructions`);
}

class Machine {
  position: number;
  readonly #bytes: Buffer;
  readonly #meanings: Meanings;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Buffer, start: number, meanings: Meanings) {
    this.#bytes = bytes;
    this.position = start;
    this.#meanings = meanings;
  }

  /** The next `length` bytes. */
  take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.#bytes.length) this.fail(say`the pickle ends at byte ${this.#bytes.length}, too early`);
    const taken = this.#bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  text(length: number): string {
    if (length > MAX_TEXT_BYTES) this.fail(say`the pickle holds a text of ${length} bytes`);
    return this.take(length).toString('utf8');
  }

  line(): string {
    const end = this.#bytes.indexOf(NEW_LINE, this.position);
    const text = this.text((end < 0 ? this.#bytes.length : end) - this.position);
    this.byte();
    return text;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const floor = this.#marks.at(-1) ?? 0;
    if (this.#stack.length <= floor) this.fail(say`the pickle takes from an empty stack`);
    return this.#stack.pop();
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Everything above the last mark. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    return mark === undefined
      ? this.fail(say`the pickle goes back to a mark that is not there`)
      : this.#stack.splice(mark);
  }

  tuple(length: number): void {
    const items = Array.from({ length }, () => this.pop()).reverse();
    this.push({ kind: 'tuple', items });
  }

  put(index: number): void {
    const value = this.pop();
    this.push(value);
    this.#memo.set(index, value);
  }

  get(index: number): void {
    if (!this.#memo.has(index)) this.fail(say`the pickle recalls value ${index}, which it has not stored`);
    this.push(this.#memo.get(index));
  }

  /** Adds to the list or dict below what was taken. */
  extend(kind: 'list' | 'dict', items: readonly PickleValue[]): void {
    const target = this.pop();
    if (typeof target !== 'object' || target.kind !== kind || (kind === 'dict' && items.length % 2 !== 0))
      return this.fail(say`the pickle adds to something that is not a ${kind}`);
    for (const item of items) target.items.push(item);
    this.push(target);
  }

  name(): void {
    const name = `${this.line()}.${this.line()}`;
    this.#meanings.checkName(name);
    this.push({ kind: 'named', name });
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!isKind(callee, 'named') || !isKind(args, 'tuple'))
      return this.fail(say`the pickle calls something else than a name`);
    this.push(this.#meanings.call(callee.name, args.items));
  }

  refer(): void {
    this.push(this.#meanings.refer(this.pop()));
  }

  /** Attributes of an OrderedDict, such as the versions of a model's layers: nothing here needs them. */
  build(): void {
    this.pop();
    const target = this.pop();
    if (!isKind(target, 'dict')) this.fail(say`the pickle sets attributes of something that is not a dict`);
    this.push(target);
  }

  /** A whole number of any length; one that is no exact number here is no size either. */
  long(): void {
    const taken = this.take(this.byte());
    let value = 0n;
    for (const [index, byte] of taken.entries()) value |= BigInt(byte) << BigInt(8 * index);
    const signed = BigInt.asIntN(8 * taken.length, value);
    this.push(Number(signed));
  }

  fail(problem: Sentence): never {
    return this.#meanings.fail(problem);
  }
}

export function isKind<K extends 'tuple' | 'list' | 'dict' | 'named' | 'opaque'>(
  value: PickleValue,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return typeof value === 'object' && value.kind === kind;
}

const NEW_LINE = 0x0a;
const STOP = '.'.charCodeAt(0);

/** The instructions of protocol 2 that PyTorch writes, by their byte. */
const INSTRUCTIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map(
  (
    [
      ['\x80', (machine) => checkProtocol(machine)],
      ['(', (machine) => machine.mark()],
      ['}', (machine) => machine.push({ kind: 'dict', items: [] })],
      [']', (machine) => machine.push({ kind: 'list', items: [] })],
      [')', (machine) => machine.push({ kind: 'tuple', items: [] })],
      ['t', (machine) => machine.push({ kind: 'tuple', items: machine.popToMark() })],
      ['\x85', (machine) => machine.tuple(1)],
      ['\x86', (machine) => machine.tuple(2)],
      ['\x87', (machine) => machine.tuple(3)],
      ['N', (machine) => machine.push(undefined)],
      ['\x88', (machine) => machine.push(true)],
      ['\x89', (machine) => machine.push(false)],
      ['K', (machine) => machine.push(machine.byte())],
      ['M', (machine) => machine.push(machine.take(2).readUInt16LE())],
      ['J', (machine) => machine.push(machine.take(4).readInt32LE())],
      ['\x8a', (machine) => machine.long()],
      ['G', (machine) => machine.push(machine.take(8).readDoubleBE())],
      ['X', (machine) => machine.push(machine.text(machine.take(4).readUInt32LE()))],
      ['q', (machine) => machine.put(machine.byte())],
      ['r', (machine) => machine.put(machine.take(4).readUInt32LE())],
      ['h', (machine) => machine.get(machine.byte())],
      ['j', (machine) => machine.get(machine.take(4).readUInt32LE())],
      ['a', (machine) => append(machine)],
      ['e', (machine) => machine.extend('list', machine.popToMark())],
      ['s', (machine) => setItem(machine)],
      ['u', (machine) => machine.extend('dict', machine.popToMark())],
      ['c', (machine) => machine.name()],
      ['R', (machine) => machine.call()],
      ['Q', (machine) => machine.refer()],
      ['b', (machine) => machine.build()],
    ] satisfies [string, (machine: Machine) => void][]
  ).map(([character, run]) => [present(character.charCodeAt(0), character), run]),
);

function checkProtocol(machine: Machine): void {
  const protocol = machine.byte();
  if (protocol !== 2) machine.fail(say`its pickle has protocol ${protocol}; PyTorch writes 2`);
}

function append(machine: Machine): void {
  machine.extend('list', [machine.pop()]);
}

function setItem(machine: Machine): void {
  const value = machine.pop();
  machine.extend('dict', [machine.pop(), value]);
}
