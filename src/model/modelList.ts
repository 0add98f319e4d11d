/** The models on this machine: the one that comes with the extension, those that were installed, and the chosen one. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/userError.ts';
import { precisionLabel, weightsBytes, WEIGHTS_FILE, type Manifest } from './manifest.ts';
import { demandOf, type Demand } from './modelFit.ts';
import { readManifest } from './modelFolder.ts';

export type ModelPlaces = {
  /** Comes with the extension, and is never removed. */
  readonly starter: string;
  /** Where models are installed, one copy for all windows. */
  readonly modelsFolder: string;
  /** What the settings name; it may lie anywhere. */
  readonly chosen: string;
};

export type ListedModel = {
  readonly folder: string;
  readonly place: 'starter' | 'installed' | 'elsewhere';
  readonly isChosen: boolean;
  readonly content: ModelContent | { readonly kind: 'damaged'; readonly error: UserError };
};

export type ModelContent = {
  readonly kind: 'whole';
  readonly name: string;
  /** "4-bit" */
  readonly precision: string;
  readonly demand: Demand;
  readonly licence: string;
  readonly languages: readonly string[];
  /** The checksum of its weights, which tells it from all others wherever it lies; without one, its folder. */
  readonly id: string;
};

/** What an import that is under way, or was killed, has beside its place. */
const UNFINISHED = /\.partial-\d+-[0-9a-f]+$/;

export async function listModels({ starter, modelsFolder, chosen }: ModelPlaces): Promise<ListedModel[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch(() => []);
  const installed = entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !UNFINISHED.test(entry.name))
    .map(({ name }) => path.join(modelsFolder, name));
  const isKnown = [starter, ...installed].some((folder) => isSame(folder, chosen));
  const listed = (place: ListedModel['place']) => (folder: string) => look(folder, place, chosen);
  return Promise.all([
    listed('starter')(starter),
    ...installed.sort().map(listed('installed')),
    ...(isKnown ? [] : [listed('elsewhere')(chosen)]),
  ]);
}

async function look(folder: string, place: ListedModel['place'], chosen: string): Promise<ListedModel> {
  const isChosen = isSame(folder, chosen);
  try {
    return { folder, place, isChosen, content: contentOf(await readManifest(folder), folder) };
  } catch (error) {
    const known = error instanceof UserError ? error : new UserError('internal', String(error));
    return { folder, place, isChosen, content: { kind: 'damaged', error: known } };
  }
}

function contentOf(manifest: Manifest, folder: string): ModelContent {
  const { name, architecture, licence, languages, files } = manifest;
  return {
    kind: 'whole',
    ...{ name, licence, languages },
    precision: precisionLabel(manifest),
    demand: demandOf(architecture, weightsBytes(manifest)),
    id: files.find((file) => file.name === WEIGHTS_FILE)?.sha256 || folder,
  };
}

function isSame(folder: string, other: string): boolean {
  return path.resolve(folder) === path.resolve(other);
}
