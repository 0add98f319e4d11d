/** Where NuGet keeps a package, how large it is, and its sha512: index → registration → catalog entry. */
import { Fields, type Source } from '../base/fields.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { fetchJson, follow, type Transfer } from './connection.ts';
import type { RemoteFile } from './download.ts';

export const NUGET_INDEX = 'https://api.nuget.org/v3/index.json';

/** NuGet admits packages of up to 250 MB. */
const MAX_PACKAGE_BYTES = 500_000_000;
const SHA512_BASE64 = /^[A-Za-z0-9+/]{86}==$/;
/** The same data in three forms; any will do. */
const REGISTRATIONS = ['RegistrationsBaseUrl', 'RegistrationsBaseUrl/3.4.0', 'RegistrationsBaseUrl/3.6.0'];

export async function findPackage(
  index: URL,
  { name, version }: { readonly name: string; readonly version: string },
  transfer: Transfer = {},
): Promise<RemoteFile> {
  const id = name.toLowerCase();
  const services = new Fields(await fetchJson(index, transfer), sourceAt(index));
  const registrations = serviceOf(services, index, REGISTRATIONS);
  const contents = serviceOf(services, index, ['PackageBaseAddress/3.0.0']);

  const leaf = follow(registrations, `${id}/${version}.json`);
  const registration = new Fields(await fetchJson(leaf, transfer), sourceAt(leaf));
  const entryUrl = follow(leaf, registration.string('catalogEntry'));
  const entry = new Fields(await fetchJson(entryUrl, transfer), sourceAt(entryUrl));
  checkEntry(entry, { id, version });
  return {
    url: follow(contents, `${id}/${version}/${id}.${version}.nupkg`),
    sizeBytes: entry.count('packageSize'),
    digest: { kind: 'sha512', hex: Buffer.from(entry.string('packageHash'), 'base64').toString('hex') },
  };
}

/** The address of a service as a folder, so that names can be put behind it. */
function serviceOf(services: Fields, index: URL, types: readonly string[]): URL {
  const resources = services
    .array('resources')
    .map((resource) => new Fields(resource, sourceAt(index), 'resources'));
  for (const type of types) {
    const found = resources.find((resource) => resource.has('@type') && resource.string('@type') === type);
    if (found !== undefined) return follow(index, `${found.string('@id').replace(/\/$/, '')}/`);
  }
  throw new UserError('network', say`${index.host} has no ${types[0]}: it is no NuGet index.`, index.href);
}

function checkEntry(entry: Fields, { id, version }: { id: string; version: string }): void {
  if (entry.string('id').toLowerCase() !== id) entry.fail('id', say`${id}`);
  if (entry.string('version') !== version) entry.fail('version', say`${version}`);
  entry.oneOf('packageHashAlgorithm', ['SHA512']);
  if (!SHA512_BASE64.test(entry.string('packageHash'))) entry.fail('packageHash', say`a sha512 in base64`);
  if (entry.count('packageSize') > MAX_PACKAGE_BYTES)
    entry.fail('packageSize', say`at most ${MAX_PACKAGE_BYTES}`);
}

function sourceAt({ host, pathname }: URL): Source {
  return { file: `${host}${pathname}`, code: 'network' };
}
