// Lists what a ZIP archive holds, from its central directory; nothing is unpacked.

export interface ZipEntry {
  readonly path: string;
  readonly sizeBytes: number;
  readonly packedSizeBytes: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
/** The end record is 22 bytes and a comment of up to 64 kB. */
const endRecordBytes = 22;

export function zipEntries(archive: Buffer): ZipEntry[] {
  const end = findEndRecord(archive);
  const nEntries = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);

  return Array.from({ length: nEntries }, () => {
    if (archive.readUInt32LE(at) !== entrySignature)
      throw new Error(`no entry of the archive begins at byte ${at}`);
    const nameBytes = archive.readUInt16LE(at + 28);
    const entry = {
      path: archive.toString('utf8', at + 46, at + 46 + nameBytes),
      packedSizeBytes: archive.readUInt32LE(at + 20),
      sizeBytes: archive.readUInt32LE(at + 24),
    };
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return entry;
  });
}

function findEndRecord(archive: Buffer): number {
  const lowest = Math.max(0, archive.length - endRecordBytes - 0xffff);
  for (let at = archive.length - endRecordBytes; at >= lowest; at--) {
    if (archive.readUInt32LE(at) === endSignature) return at;
  }
  throw new Error('the file is no ZIP archive: it has no end record');
}
