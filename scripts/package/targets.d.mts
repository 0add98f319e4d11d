export const targets: readonly string[];
/** Undefined where there is none; an unknown target is refused. */
export function nativeFolderOf(target: string): string | undefined;
