/** What a file has to be, by a hash of all of it. `git` is what git calls a file: a sha1 over its size and its content. */
export type DigestKind = 'sha256' | 'sha512' | 'git';

export type Digest = { readonly kind: DigestKind; readonly hex: string };

const N_HEX: Readonly<Record<DigestKind, number>> = { sha256: 64, sha512: 128, git: 40 };

export function isDigest({ kind, hex }: Digest): boolean {
  return hex.length === N_HEX[kind] && /^[0-9a-f]*$/.test(hex);
}
