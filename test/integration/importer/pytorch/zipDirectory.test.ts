/** An archive that is damaged, or lies about itself, gives one sentence. */
import { it } from 'vitest';
import { storedArchive, type StoredFile } from '../../../support/storedArchive.ts';
import {
  archiveFiles,
  expectTorchRefusal,
  smallTorch,
  spoiltArchive,
  torchArchive,
} from '../../../support/torchFile.ts';

const badArchives: Record<string, [Buffer, string[]]> = {
  'an empty file': [Buffer.alloc(0), ['is not a file of PyTorch']],
  'a page of a web site': [Buffer.from('<!doctype html>'), ['is not a file of PyTorch']],
  'an archive that is cut off': [torchArchive(smallTorch()).subarray(0, -1), ['no end record', 'cut off']],
  'an archive without its beginning': [
    Buffer.concat([Buffer.from('PK\x03\x04'), torchArchive(smallTorch()).subarray(400)]),
    ['the directory of the archive has', 'which cannot be'],
  ],
  'an archive of something else': [
    storedArchive([['a.txt', { bytes: Buffer.from('a') }]]),
    ['holds no data.pkl'],
  ],
  'compressed weights': [
    spoiltArchive((files) => spoil(files, { method: 8 })),
    ['"model/data/3" is compressed'],
  ],
  'encrypted weights': [
    spoiltArchive((files) => spoil(files, { flags: 1 })),
    ['"model/data/3" is encrypted'],
  ],
  'two sizes of one file': [
    spoiltArchive((files) => spoil(files, { packedBytes: 3 })),
    ['"model/data/3" has two sizes'],
  ],
  'a file that is larger than the archive': [
    spoiltArchive((files) => spoil(files, { sizeBytes: 2 ** 31 })),
    ['"model/data/3" does not lie before'],
  ],
  'a file of 2^63 bytes': [
    spoiltArchive((files) => spoil(files, { sizeBytes: 2 ** 63 }), { zip64: true }),
    ['"model/data/3" does not lie before'],
  ],
  'a file that begins elsewhere': [
    spoiltArchive((files) => spoil(files, { headerOffset: 7 })),
    ['no file of the archive begins at byte 7'],
  ],
  'a file twice': [
    storedArchive([
      ...Object.entries(archiveFiles(smallTorch())),
      ['model/data/3', { bytes: Buffer.alloc(576) }],
    ]),
    ['holds "model/data/3" twice'],
  ],
  'a directory behind the end': [
    spoiltArchive(() => undefined, { end: { start: 2 ** 31 } }),
    [`directory of the archive has`, 'which cannot be'],
  ],
  'a directory of gigabytes': [
    spoiltArchive(() => undefined, { zip64: true, end: { length: 2 ** 40 } }),
    ['1099511627776', 'which cannot be'],
  ],
  'a directory that ends too early': [
    spoiltArchive(() => undefined, { end: { nEntries: 60_000 } }),
    ['directory of the archive is damaged'],
  ],
  'a 64-bit end record that is elsewhere': [
    spoiltArchive(() => undefined, { zip64: true, zip64End: 10 }),
    ['no zip64 end record at byte 10'],
  ],
  'a 64-bit end record behind the file': [
    spoiltArchive(() => undefined, { zip64: true, zip64End: 2 ** 40 }),
    ['1099511627776', 'the file has'],
  ],
  'numbers of another byte order': [
    spoiltArchive((files) => (files['model/byteorder'] = { bytes: Buffer.from('big') })),
    ['byte order'],
  ],
  'a pickle of many megabytes': [
    spoiltArchive((files) => (files['model/data.pkl'] = { bytes: Buffer.alloc(8_000_001) })),
    ['8000001 bytes', '8000000'],
  ],
};

it.each(Object.entries(badArchives))('refuses %s', (_, [bytes, parts]) => expectTorchRefusal(bytes, parts));

function spoil(files: Record<string, StoredFile>, change: Partial<StoredFile>): void {
  files['model/data/3'] = { ...files['model/data/3']!, ...change };
}
