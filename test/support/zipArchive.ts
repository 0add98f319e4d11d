// Writes a ZIP archive in memory, deflated: the format's plain form, without zip64.
import { crc32, deflateRawSync } from 'node:zlib';

export function zipArchive(files: Readonly<Record<string, Buffer | string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const name = Buffer.from(path);
    const common = numbers([20, 2], [0x0800, 2], [8, 2], [0, 4], [crc32(plain), 4]).concat(
      numbers([packed.length, 4], [plain.length, 4], [name.length, 2], [0, 2]),
    );
    const local = Buffer.concat([...numbers([0x04034b50, 4]), ...common, name, packed]);
    directory.push(
      ...numbers([0x02014b50, 4], [20, 2]),
      ...common,
      ...numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
      name,
    );
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end = numbers(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [entries.length, 4],
    [offset, 4],
  );
  return Buffer.concat([...parts, entries, ...end, ...numbers([0, 2])]);
}

/** Little-endian numbers: a value and how many bytes it takes. */
function numbers(...fields: readonly (readonly [value: number, nBytes: 2 | 4])[]): Buffer[] {
  return fields.map(([value, nBytes]) => {
    const bytes = Buffer.alloc(nBytes);
    if (nBytes === 2) bytes.writeUInt16LE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  });
}
