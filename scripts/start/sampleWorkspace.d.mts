// The types of sampleWorkspace.mjs, for the tests.
export function copySampleWorkspace(parent?: string): string;
