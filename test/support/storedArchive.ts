// Writes a ZIP archive that packs nothing, as PyTorch does, and one that lies about itself.
import { crc32 } from 'node:zlib';

export type StoredFile = {
  readonly bytes: Uint8Array;
  /** What the directory says instead of the truth. */
  readonly method?: number;
  readonly flags?: number;
  readonly sizeBytes?: number;
  readonly packedBytes?: number;
  readonly headerOffset?: number;
};

export type ArchiveOptions = {
  /** Sizes and offsets in 64 bits, however small they are. */
  readonly zip64?: boolean;
  /** What the end record says instead of the truth. */
  readonly end?: { readonly start?: number; readonly length?: number; readonly nEntries?: number };
  /** Where the locator says that the zip64 end record is. */
  readonly zip64End?: number;
  readonly comment?: string;
};

const ELSEWHERE_16 = 0xffff;
const ELSEWHERE_32 = 0xffffffff;

export function storedArchive(
  files: readonly (readonly [name: string, file: StoredFile])[],
  { zip64 = false, end = {}, zip64End, comment = '' }: ArchiveOptions = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, file] of files) {
    const local = localPart(name, file.bytes);
    directory.push(entry(name, { ...file, headerOffset: file.headerOffset ?? offset }, zip64));
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const { start = offset, length = listing.length, nEntries = files.length } = end;
  const large = fields([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4]);
  const record = [large, fields([nEntries, 8], [nEntries, 8], [length, 8], [start, 8])];
  const locator = fields([0x07064b50, 4], [0, 4], [zip64End ?? offset + listing.length, 8], [1, 4]);
  const small = zip64
    ? fields([ELSEWHERE_16, 2], [ELSEWHERE_16, 2], [ELSEWHERE_32, 4], [ELSEWHERE_32, 4])
    : fields([nEntries, 2], [nEntries, 2], [length, 4], [start, 4]);
  const last = [
    fields([0x06054b50, 4], [0, 2], [0, 2]),
    small,
    fields([comment.length, 2]),
    Buffer.from(comment),
  ];
  return Buffer.concat([...parts, listing, ...(zip64 ? [...record, locator] : []), ...last]);
}

/** With the padding that PyTorch puts before its data, in the extra field. */
function localPart(name: string, bytes: Uint8Array): Buffer {
  const padding = fields([0x4246, 2], [5, 2], [0, 2], [0, 3]);
  const sizes = fields([crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4]);
  const lengths = fields([Buffer.byteLength(name), 2], [padding.length, 2]);
  const start = fields([0x04034b50, 4], [20, 2], [0x0808, 2], [0, 2], [0, 4]);
  return Buffer.concat([start, sizes, lengths, Buffer.from(name), padding, bytes]);
}

function entry(name: string, file: StoredFile & { readonly headerOffset: number }, zip64: boolean): Buffer {
  const { bytes, method = 0, flags = 0x0808, headerOffset } = file;
  const { sizeBytes = bytes.length, packedBytes = sizeBytes } = file;
  const extra = zip64
    ? fields([1, 2], [24, 2], [sizeBytes, 8], [packedBytes, 8], [headerOffset, 8])
    : fields();
  const sizes = zip64
    ? fields([ELSEWHERE_32, 4], [ELSEWHERE_32, 4])
    : fields([packedBytes, 4], [sizeBytes, 4]);
  return Buffer.concat([
    fields([0x02014b50, 4], [45, 2], [45, 2], [flags, 2], [method, 2], [0, 4], [crc32(bytes), 4]),
    sizes,
    fields([Buffer.byteLength(name), 2], [extra.length, 2], [0, 2], [0, 2], [0, 2], [0, 4]),
    fields([zip64 ? ELSEWHERE_32 : headerOffset, 4]),
    Buffer.from(name),
    extra,
  ]);
}

/** Little-endian numbers: a value and how many bytes it takes. */
function fields(...values: readonly (readonly [value: number, nBytes: number])[]): Buffer {
  return Buffer.concat(
    values.map(([value, nBytes]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, nBytes);
    }),
  );
}
