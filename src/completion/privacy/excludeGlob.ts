/** A glob of the setting `gptj.exclude` as the patterns that the editor matches: a folder means what is in it, too. */

export type ExcludeGlob = {
  /** Where the patterns begin: at a workspace folder, or at the root of the file system. */
  readonly from: 'folder' | 'root';
  readonly patterns: readonly string[];
};

/** undefined where it says nothing. Without a slash it holds at any depth, with one from the workspace folder on. */
export function readExcludeGlob(glob: unknown): ExcludeGlob | undefined {
  if (typeof glob !== 'string') return undefined;
  const body = glob.trim().replace(/^\.\//, '').replace(/\/+$/, '');
  if (body === '') return undefined;
  const isAbsolute = /^(?:\/|[A-Za-z]:[\\/])/.test(body);
  const base = isAbsolute || body.includes('/') ? body : `**/${body}`;
  return { from: isAbsolute ? 'root' : 'folder', patterns: [base, `${base}/**`] };
}
