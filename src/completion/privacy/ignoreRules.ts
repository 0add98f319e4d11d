/**
 * What git ignores, by the texts of its ignore files. The rules of all of them are put into one list, each made to
 * begin at the root, so that the last one that matches decides as it does for git: a deeper file over a higher one.
 */
import ignore from 'ignore';

export type IgnoreFile = {
  /** Where its patterns begin, relative to the root; '' is the root itself. */
  readonly folder: string;
  /** What it is called in a reason, such as `src/.gitignore`. */
  readonly name: string;
  readonly text: string;
};

export class IgnoreRules {
  readonly #rules: ReturnType<typeof ignore>;

  /** @param files from the weakest to the strongest: `.git/info/exclude`, the root's, and so on down */
  constructor(files: readonly IgnoreFile[], { ignoreCase = false } = {}) {
    this.#rules = ignore({ ignoreCase }).add(
      files.flatMap(({ folder, name, text }) =>
        patternsOf(text).map((pattern) => ({ pattern: fromRoot(pattern, folder), mark: name })),
      ),
    );
  }

  /** The name of the file whose rule says that this path, relative to the root, is ignored. */
  ignoredBy(path: string): string | undefined {
    const { ignored, rule } = this.#rules.test(path);
    return ignored ? (rule?.mark ?? '.gitignore') : undefined;
  }
}

/** The lines of an ignore file that are patterns. */
function patternsOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** A pattern of an ignore file in this folder as one that means the same in the root's. */
function fromRoot(pattern: string, folder: string): string {
  if (folder === '') return pattern;
  const [sign, body] = pattern.startsWith('!') ? ['!', pattern.slice(1)] : ['', pattern];
  // Without a slash, other than at its end, it holds at any depth below its folder.
  const isAnchored = /\/./.test(body);
  const place = `/${folder.replace(/[\\*?[\]!# ]/g, '\\$&')}`;
  return `${sign}${place}/${isAnchored ? body.replace(/^\//, '') : `**/${body}`}`;
}
