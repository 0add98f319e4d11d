/** What a hub says that it has, where that makes no sense. */
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { failureOf, open, useHub, WEIGHTS } from '../../support/hubDownload.ts';

const hub = useHub();

describe('a listing that makes no sense', () => {
  const file = (fields: object) => ({
    siblings: [
      { rfilename: 'config.json', size: 5, blobId: '0'.repeat(40), ...fields },
      { rfilename: WEIGHTS, size: 5, blobId: '0'.repeat(40) },
    ],
  });
  it.each([
    ['no commit', { sha: 'main' }, /sha is "main", not a commit/],
    ['no files', { siblings: undefined }, /siblings is missing/],
    ['no configuration', { siblings: [] }, /it has no config\.json/],
    [
      'no weights',
      { siblings: file({}).siblings.slice(0, 1) },
      /it has no model\.safetensors \/ pytorch_model\.bin/,
    ],
    ['no hash', file({ blobId: undefined }), /blobId is missing/],
    ['half a hash', file({ lfs: { sha256: 'abc', size: 5 } }), /not a hash/],
    ['a file that fills any disk', file({ size: 9e12 }), /not at most/],
    ['a configuration of a gigabyte', file({ size: 1e9 }), /which no such file has/],
  ])('%s', async (_, listing, pattern) => {
    hub.server.listing = listing;
    expect((await failureOf(open(hub))).message).toMatch(pattern);
    expect(hub.server.requestsFor(WEIGHTS)).toEqual([]);
  });

  it('names that lead out of the folder are not even looked at', async () => {
    hub.server.files.set(
      'model.safetensors.index.json',
      Buffer.from('{"weight_map":{"a":"../../evil.bin"}}'),
    );
    hub.server.files.set('../../evil.bin', Buffer.from('x'));
    hub.server.files.delete(WEIGHTS);
    expect((await failureOf(open(hub))).message).toMatch(/it has no \.\.\/\.\.\/evil\.bin/);
    expect(await readdir(hub.temp)).toEqual(['downloads']);
  });
});
