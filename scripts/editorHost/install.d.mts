// The types of install.mjs, for the tests.
export interface InstallOptions {
  readonly folder?: string;
  readonly version?: string;
  readonly log?: (line: string) => void;
}

export function installEditorHost(options?: InstallOptions): Promise<string>;
