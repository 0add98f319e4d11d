/** What a command of the terminal is, and the small things that several share. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { spell } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';
import { EngineClient } from '../client/engineClient.ts';
import { DEVICES, type DeviceSetting } from '../model/device.ts';
import type { ModelSummary } from '../model/generation.ts';

/** What a command answers: the same as data and as text. */
export type Answer = {
  readonly json: unknown;
  readonly text: string;
  /** It is an answer, but not what was hoped for: the process ends with status 1. */
  readonly isFailure?: boolean;
};

export type Command = {
  /** Behind the command's name: "<checkpoint> --out <folder>". */
  readonly usage: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments without a name it takes; none if absent. */
  readonly nPositionals?: number;
  readonly run: (args: Arguments) => Promise<Answer>;
};

/** The runtime was seen to crash in a process with a command line of 20,000 characters. */
const MAX_CHARACTERS = 10_000;

/** Parsed arguments, with the checks that every command needs. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(
    argv: readonly string[],
    { options, nPositionals = 0 }: Pick<Command, 'options' | 'nPositionals'>,
  ) {
    const nCharacters = argv.reduce((sum, argument) => sum + argument.length, 0);
    if (nCharacters > MAX_CHARACTERS) {
      throw new UserError(
        'bad-argument',
        `The command line has ${nCharacters} characters; at most ${MAX_CHARACTERS} are taken.`,
      );
    }
    try {
      const parsed = parseArgs({
        args: [...argv],
        options: { ...options, json: { type: 'boolean' } },
        allowPositionals: true,
      });
      this.positionals = parsed.positionals;
      this.#values = parsed.values;
    } catch (error) {
      throw new UserError('bad-argument', whatIsWrong(messageOf(error)));
    }
    const surplus = this.positionals[nPositionals];
    if (surplus !== undefined) {
      throw new UserError(
        'bad-argument',
        `The command does not know what to do with "${surplus}". See --help.`,
      );
    }
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A number within bounds. */
  number(name: string, { min, max }: { min: number; max: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new UserError('bad-argument', `--${name} is "${text}"; it must be a number from ${min} to ${max}.`);
  }

  whole(name: string, bounds: { min: number; max: number }): number | undefined {
    const value = this.number(name, bounds);
    if (value === undefined || Number.isInteger(value)) return value;
    throw new UserError('bad-argument', `--${name} is ${value}; it must be a whole number.`);
  }

  /** One of several numbers. */
  choice<const T extends number>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = allowed.find((number) => String(number) === text);
    if (value !== undefined) return value;
    throw new UserError('bad-argument', `--${name} is "${text}"; it can be ${allowed.join(', ')}.`);
  }

  /** One of several words. */
  word<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = allowed.find((word) => word === text);
    if (value !== undefined) return value;
    throw new UserError('bad-argument', `--${name} is "${text}"; it can be ${allowed.join(', ')}.`);
  }

  /** Ids separated by commas. */
  ids(name: string): number[] {
    const text = this.text(name) ?? '';
    const ids = text.split(',').map((piece) => (/^\s*\d+\s*$/.test(piece) ? Number(piece) : Number.NaN));
    if (ids.every(Number.isSafeInteger)) return ids;
    throw new UserError('bad-argument', `--${name} needs token ids separated by commas, like 1,2,3.`);
  }

  positional(index: number, what: string): string {
    const value = this.positionals[index];
    if (value !== undefined) return value;
    throw new UserError('bad-argument', `The command needs ${what}. See --help.`);
  }
}

/** Node's own words, as far as they help. */
function whatIsWrong(message: string): string {
  const [, option] = /^Option '(--[\w-]+)(?: <\w+>)?' argument is ambiguous/.exec(message) ?? [];
  if (option !== undefined)
    return `What follows ${option} begins with "-". If it is meant, write ${option}=<value>.`;
  return `${message.split(/\.\s/)[0] ?? ''}. See --help.`;
}

export const MODEL_OPTION = { model: { type: 'string' } } as const;
/** What a model runs on. */
export const RUN_OPTIONS = { threads: { type: 'string' }, device: { type: 'string' } } as const;

/** The folder that the bundles are in; models lie beside it. */
export const DIST = __dirname;

export function starterFolder(): string {
  return path.join(DIST, '..', 'models', 'starter');
}

export function modelFolder(args: Arguments): string {
  const folder = args.text('model') ?? starterFolder();
  if (existsSync(folder)) return path.resolve(folder);
  throw new UserError('no-model', `${folder} does not exist. Name a model folder with --model.`);
}

/** The processor unless another one is asked for: what a command prints should not hang on a driver. */
export function deviceOf(args: Arguments): DeviceSetting {
  return args.word('device', ['auto', ...DEVICES]) ?? 'cpu';
}

/** Starts the engine's thread, and ends it whatever happens. */
export async function withEngine<T>(use: (client: EngineClient) => Promise<T>): Promise<T> {
  const client = new EngineClient(path.join(DIST, 'worker.js'));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

export async function withModel<T>(
  args: Arguments,
  use: (client: EngineClient, model: ModelSummary) => Promise<T>,
): Promise<T> {
  const folder = modelFolder(args);
  const nThreads = args.whole('threads', { min: 0, max: 64 }) ?? 0;
  const device = deviceOf(args);
  return withEngine(async (client) => {
    const model = await client.call('load', { modelFolder: folder, nThreads, device });
    if (model.notice !== undefined) process.stderr.write(`${spell(model.notice)}\n`);
    return use(client, model);
  });
}
