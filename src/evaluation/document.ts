/** A document with a cursor in it, and whoever proposes what is to stand there. */

/** Line ends are always `\n` here. */
export type Document = { readonly before: string; readonly after: string };

export type Suggestion = {
  /** '' or blank: nothing is shown. */
  readonly text: string;
  /** Tokens of the prompt that had to be run; absent where no model was. */
  readonly recomputedTokens?: number;
};

export type Suggest = (document: Document) => Suggestion | Promise<Suggestion>;

/** What one person types in one go: some lines of a file, all that stands above them and all that stands below. */
export type Stretch = {
  readonly file: string;
  /** Ends with a line end, unless it is empty. */
  readonly above: string;
  readonly text: string;
  /** Begins with a line end, unless it is empty. */
  readonly below: string;
};
