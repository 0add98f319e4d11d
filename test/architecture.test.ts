/**
 * What may import what. Imports point one way: a folder knows the folders named behind it and no others.
 *
 *   extension → editor → completion, tasks, sql, python, hub, client → protocol ← worker → engine, importer → onnx, tokenizer, model → base
 *
 * A type is a dependency like any other.
 */
import { describe, expect, it } from 'vitest';
import { parseSource, sourceFiles, type SourceFile } from './support/sourceFiles.ts';

/** Everything that joins the parts to a program: the entry points and the folders that belong to them. */
const JOINS = ['completion', 'tasks', 'sql', 'python', 'client', 'database', 'protocol', 'model', 'base'];

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  onnx: ['base'],
  tokenizer: ['base'],
  // The name of a tokenizer is part of a model's description; its 2 MB of tables are not.
  model: ['base', 'tokenizer/tokenizerName.ts'],
  engine: ['onnx', 'tokenizer', 'model', 'base'],
  importer: ['tokenizer/tokenizerName.ts', 'model', 'base'],
  protocol: ['model', 'base'],
  // What SQL may be written is decided beside the model, token by token.
  worker: ['engine', 'importer', 'sql', 'onnx', 'model', 'protocol', 'base'],
  client: ['protocol', 'model', 'base'],
  // SQLite, in a thread of its own: the entry of that thread, and who asks it.
  database: ['tasks', 'sql', 'protocol', 'model', 'base'],
  hub: ['base', 'model'],
  completion: ['model', 'base'],
  sql: ['model', 'base'],
  python: ['base'],
  tasks: ['python', 'model', 'base'],
  evaluation: ['completion', 'python', 'base'],
  editor: ['hub', ...JOINS],
  'extension.ts': ['editor', ...JOINS],
  // Of the hub what fetches a model, and nothing that could open any other connection.
  cli: ['evaluation', 'hub/hubHost.ts', 'hub/modelDownload.ts', 'hub/repository.ts', 'hub/room.ts', ...JOINS],
  'cli.ts': ['cli', ...JOINS],
};

/** One door to each outside world. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  vscode: ['editor', 'extension.ts'],
  'onnxruntime-node': ['onnx'],
  'gpt-tokenizer': ['tokenizer'],
  'node-sqlite3-wasm': ['database'],
  'node-sql-parser': ['database'],
  ignore: ['completion'],
  '@lezer/python': ['python'],
  systeminformation: ['engine'],
  // Both in bundles of their own, which are loaded when they are needed.
  yaml: ['tasks'],
  'csv-parse': ['tasks'],
  'csv-stringify': ['tasks'],
  yauzl: ['hub'],
  'node:worker_threads': ['client', 'worker', 'database', 'hub'],
  // For its version.
  '../package.json': ['cli', 'cli.ts', 'extension.ts'],
};

/** Who may start a process, and why that is no connection: it starts the extension's own worker and nothing else. */
const STARTS_A_PROCESS: Readonly<Record<string, string>> = {
  'client/engineProcess.ts': 'node:child_process',
};

const NETWORK_MODULES =
  /^(?:node:)?(?:http|https|http2|net|tls|dgram|dns|inspector|child_process|cluster)(?:\/|$)/;
const NETWORK_NAMES = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];
/** The one way to open a connection, and where it may be used. */
const CONNECTS = { file: 'hub/connection.ts', by: 'fetch' };

const MAX_LINES = 300;
/** A file longer than this says first what it is for. */
const LONGEST_WITHOUT_COMMENT = 40;

const files = sourceFiles();

it('imports only in the one direction', () => expect(files.flatMap(strayImports)).toEqual([]));
it('opens connections in one place only', () => expect(files.flatMap(connections)).toEqual([]));
it('has no import cycles', () => expect(cycles(files)).toEqual([]));
it('has files of a readable size that say what they are for', () =>
  expect(files.flatMap(formProblems)).toEqual([]));

it('has no folder that nobody decided about', () => {
  expect(new Set(files.map(({ name }) => partOf(name)))).toEqual(new Set(Object.keys(MAY_IMPORT)));
});

describe('the rules themselves', () => {
  const stray = (name: string, text: string) => strayImports(parseSource(name, text));

  it.each([
    ['onnx/graph.ts', `import type { Manifest } from '../model/manifest.ts';`],
    ['model/manifest.ts', `import { Vocabulary } from '../tokenizer/vocabulary.ts';`],
    ['importer/x.ts', `export * from '../engine/engine.ts';`],
    ['cli/complete.ts', `const { sourceOf } = await import('../editor/documentSource.ts');`],
    ['completion/cache.ts', `import type * as vscode from 'vscode';`],
    ['engine/model.ts', `type Runtime = typeof import('onnxruntime-node');`],
    ['engine/engine.ts', `import { Worker } from 'node:worker_threads';`],
    ['base/assert.ts', `import { encode } from 'gpt-tokenizer/encoding/r50k_base';`],
    ['base/assert.ts', `import chalk from 'chalk';`],
  ])('a stray import in %s is seen: %s', (name, text) => expect(stray(name, text)).toHaveLength(1));

  it.each([
    `import { request } from 'node:https';`,
    `const answer = await fetch('https://example.org');`,
    `new globalThis.WebSocket('wss://example.org');`,
    `const net = require('net');`,
  ])('a connection is seen: %s', (text) => {
    for (const name of ['base/x.ts', 'editor/cudaInstall.ts', 'hub/download.ts']) {
      expect(connections(parseSource(name, text))).toHaveLength(1);
    }
  });

  it('the one place opens connections in the one way', () => {
    const there = (text: string) => connections(parseSource(CONNECTS.file, text));
    expect(there(`await fetch(url);`)).toEqual([]);
    expect(there(`import https from 'node:https';`)).toHaveLength(1);
    expect(there(`import { exec } from 'node:child_process';`)).toHaveLength(1);
    expect(there(`new WebSocket(url);`)).toHaveLength(1);
  });

  it('the editor reaches it only through hub, and nothing else does', () => {
    const reach = (name: string) => stray(name, `import { receive } from '../hub/connection.ts';`);
    expect(reach('editor/x.ts')).toEqual([]);
    for (const part of ['client', 'completion', 'engine', 'worker', 'cli', 'tasks']) {
      expect(reach(`${part}/x.ts`)).toHaveLength(1);
    }
  });

  it.each(['client/engineHost.ts', 'worker/main.ts', 'editor/commands.ts'])(
    'a process that %s starts is seen',
    (name) =>
      expect(connections(parseSource(name, `import { fork } from 'node:child_process';`))).toHaveLength(1),
  );

  it('the one place that starts a process may do just that', () => {
    const [name, module] = Object.entries(STARTS_A_PROCESS)[0]!;
    expect(connections(parseSource(name, `import { fork } from '${module}';`))).toEqual([]);
    expect(connections(parseSource(name, `import { connect } from 'node:net';`))).toHaveLength(1);
  });

  it('a cycle is seen', () => {
    const [a, b, c] = ['b', 'c', 'a'].map((to, index) =>
      parseSource(`base/${'abc'[index]!}.ts`, `import type {} from './${to}.ts';`),
    );
    expect(cycles([a!, b!, c!])).toHaveLength(1);
  });
});

function strayImports({ name, imports }: SourceFile): string[] {
  const part = partOf(name);
  const allowed = MAY_IMPORT[part] ?? [];
  const isAllowed = (to: string) =>
    to.endsWith('.ts')
      ? [part, ...allowed].some((place) => place === partOf(to) || place === to)
      : isOpenTo(part, to);
  return imports.filter((to) => !isAllowed(to)).map((to) => `${name} imports ${to}`);
}

/** Node's own modules and the packages of DOORS; no other package is part of the extension. */
function isOpenTo(part: string, module: string): boolean {
  const door = Object.keys(DOORS).find((known) => module === known || module.startsWith(`${known}/`));
  return door === undefined ? module.startsWith('node:') : (DOORS[door]?.includes(part) ?? false);
}

function connections({ name, imports, identifiers }: SourceFile): string[] {
  return [
    ...imports.filter((to) => NETWORK_MODULES.test(to) && STARTS_A_PROCESS[name] !== to),
    ...NETWORK_NAMES.filter(
      (word) => identifiers.has(word) && !(name === CONNECTS.file && word === CONNECTS.by),
    ),
  ].map((way) => `${name} uses ${way}`);
}

function formProblems({ name, text }: SourceFile): string[] {
  const nLines = text.split('\n').length - 1;
  return [
    ...(nLines > MAX_LINES ? [`${name} has ${nLines} lines, more than ${MAX_LINES}`] : []),
    ...(nLines > LONGEST_WITHOUT_COMMENT && !/^(?:\/\*\*|\/\/)/.test(text)
      ? [`${name} has ${nLines} lines and does not begin with a comment that says what it is for`]
      : []),
  ];
}

/** Every way along imports that comes back to where it began, once. */
function cycles(all: readonly SourceFile[]): string[] {
  const byName = new Map(all.map((file) => [file.name, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) found.push([...way.slice(way.indexOf(name)), name].join(' → '));
    if (way.includes(name) || done.has(name)) return;
    for (const to of byName.get(name)?.imports ?? []) follow(to, [...way, name]);
    done.add(name);
  };
  for (const { name } of all) follow(name, []);
  return found;
}

/** The folder below `src/`, or the file itself. */
function partOf(name: string): string {
  return name.split('/')[0] ?? name;
}
