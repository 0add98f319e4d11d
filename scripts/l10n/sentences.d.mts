/** All sentences in one source file, as keys of the bundle. */
export function sentencesIn(source: string): string[];
