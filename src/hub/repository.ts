/**
 * What a repository of the hub holds of a checkpoint, pinned to one commit: names, sizes and hashes. Only what an import
 * reads is wanted; a state of an optimiser, another framework's weights and whatever else lies there is left alone.
 */
import { Fields, type Source } from '../base/fields.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { fetchJson, type Transfer } from './connection.ts';
import { isDigest, type Digest } from './digest.ts';
import type { RemoteFile } from './download.ts';
import type { Hub } from './hubHost.ts';
import { NetworkFailure } from './networkFailure.ts';

export type RepositoryFile = RemoteFile & { readonly name: string };

export type Repository = {
  readonly id: string;
  readonly commit: string;
  /** As the hub says it, where it does. */
  readonly licence: string | undefined;
  readonly files: ReadonlyMap<string, RepositoryFile>;
};

export type RepositoryName = {
  /** `owner/name`. */
  readonly id: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
};

export const CONFIG_FILE = 'config.json';
const DEFAULT_REVISION = 'main';

/** Far more than any checkpoint of the family has. */
const MAX_FILE_BYTES = 200e9;
/** Read as text: configurations, tokenizers, the card. */
const MAX_SMALL_BYTES = 50_000_000;

/** What is read beside the weights, where it is there. */
const BESIDE = [CONFIG_FILE, 'tokenizer_config.json', 'added_tokens.json', 'tokenizer.json', 'README.md'];

/** In the order in which an import looks for them. */
const FORMS = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json' },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json' },
];

/** `owner/name`, with `@revision` behind it or not, or the address of its page on this hub. */
export function parseRepositoryName(text: string, hub: Pick<Hub, 'base'>): RepositoryName {
  const path = text.trim().startsWith(hub.base.href) ? text.trim().slice(hub.base.href.length) : text.trim();
  const [, id = '', revision = DEFAULT_REVISION] =
    /^([\w.-]{1,96}\/[\w.-]{1,96})(?:@([\w./-]{1,200}))?\/?$/.exec(path) ?? [];
  if (id !== '' && !`${id}/${revision}`.split('/').some((part) => /^\.*$/.test(part)))
    return { id, revision };
  throw new UserError(
    'bad-argument',
    say`"${text.trim()}" is not the name of a repository. Write owner/name, for example Salesforce/codegen-350M-mono.`,
  );
}

export async function findRepository(
  hub: Hub,
  { id, revision }: RepositoryName,
  transfer: Transfer = {},
): Promise<Repository> {
  const url = new URL(`api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`, hub.base);
  const answer = await fetchJson(url, { ...transfer, token: hub.token, onLoopback: hub.onLoopback }).catch(
    (error: unknown) => {
      throw notShown(error, id, hub);
    },
  );
  const source: Source = { file: `${url.host}${url.pathname}`, code: 'network' };
  const fields = new Fields(answer, source);
  const commit = fields.string('sha');
  if (!/^[0-9a-f]{40}$/.test(commit)) fields.fail('sha', say`a commit`);
  const files = fields
    .objects('siblings')
    .filter((file) => /^[\w.-]+$/.test(file.string('rfilename')))
    .map(
      (file) =>
        [file.string('rfilename'), readFile(file, new URL(`${id}/resolve/${commit}/`, hub.base))] as const,
    )
    .filter((entry): entry is [string, RepositoryFile] => entry[1] !== undefined);
  return { id, commit, licence: licenceOf(fields), files: new Map(files) };
}

/** What is fetched before it is certain that the weights are wanted: small, and it says what they are. */
export function smallFiles({ id, files }: Repository): RepositoryFile[] {
  if (!files.has(CONFIG_FILE)) throw noCheckpoint(id, CONFIG_FILE);
  const { single, index } = formOf({ id, files });
  // Where there is one file with all of the weights, the index of several is not looked at.
  const wanted = files.has(single) ? BESIDE : [...BESIDE, index];
  const found = wanted.map((name) => files.get(name)).filter((file) => file !== undefined);
  const large = found.find(({ sizeBytes }) => sizeBytes > MAX_SMALL_BYTES);
  if (large === undefined) return found;
  throw new UserError(
    'network',
    say`${id}: ${large.name} has ${large.sizeBytes} bytes, which no such file has.`,
  );
}

/** @param readIndex the index of the shards, once it has been fetched */
export async function weightFiles(
  { id, files }: Repository,
  readIndex: (name: string) => Promise<unknown>,
): Promise<RepositoryFile[]> {
  const form = formOf({ id, files });
  const single = files.get(form.single);
  if (single !== undefined) return [single];
  const source: Source = { file: `${id}/${form.index}`, code: 'bad-checkpoint' };
  const map = new Fields(await readIndex(form.index), source).object('weight_map');
  const shards = new Set(map.keys().map((tensor) => map.string(tensor)));
  return [...shards].map((name) => {
    const file = files.get(name);
    if (file === undefined) throw noCheckpoint(id, name);
    return file;
  });
}

export function totalBytes(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function formOf({ id, files }: Pick<Repository, 'id' | 'files'>): (typeof FORMS)[number] {
  const form = FORMS.find(({ single, index }) => files.has(single) || files.has(index));
  if (form !== undefined) return form;
  throw noCheckpoint(id, FORMS.map(({ single }) => single).join(' / '));
}

/** A large file has a sha256 of its content, any other what git calls it. */
function readFile(file: Fields, folder: URL): RepositoryFile | undefined {
  const name = file.string('rfilename');
  const lfs = file.has('lfs') ? file.object('lfs') : undefined;
  const digest: Digest = lfs
    ? { kind: 'sha256', hex: lfs.string('sha256') }
    : { kind: 'git', hex: file.string('blobId') };
  if (!isDigest(digest)) file.fail(lfs ? 'lfs' : 'blobId', say`a hash`);
  const sizeBytes = (lfs ?? file).count('size');
  if (sizeBytes > MAX_FILE_BYTES) file.fail('size', say`at most ${MAX_FILE_BYTES}`);
  return { name, url: new URL(name, folder), sizeBytes, digest };
}

/** The hub puts it among the tags. */
function licenceOf(fields: Fields): string | undefined {
  if (!fields.has('tags')) return undefined;
  return fields
    .strings('tags')
    .find((tag) => tag.startsWith('license:'))
    ?.slice('license:'.length);
}

function noCheckpoint(id: string, missing: string): UserError {
  return new UserError(
    'bad-checkpoint',
    say`${id} is no checkpoint that can be imported: it has no ${missing}. Choose another repository.`,
  );
}

/** The hub does not tell a repository that is closed from one that is not there. */
function notShown(error: unknown, id: string, hub: Hub): unknown {
  const status = error instanceof NetworkFailure ? error.outlook.status : undefined;
  const detail = error instanceof UserError ? error.detail : undefined;
  if (status === 404) {
    return new UserError(
      'network',
      say`${hub.base.host} has no repository ${id} of this revision. Check the name.`,
      detail,
    );
  }
  if (status !== 401 && status !== 403) return error;
  return new UserError(
    'network',
    hub.token === undefined
      ? say`${hub.base.host} does not show ${id}: there is none, or it needs an access token. Set one with "GPT-J: Set Hub Access Token…".`
      : say`${hub.base.host} does not show ${id} to the access token that is set. Ask for access on ${new URL(id, hub.base).href}, or set another one with "GPT-J: Set Hub Access Token…".`,
    detail,
  );
}
