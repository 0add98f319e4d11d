// The types of server.mjs, for the tests.
export interface ServerOptions {
  readonly vscodeFolder: string;
  readonly dataFolder: string;
  readonly port?: number;
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly startTimeoutMs?: number;
}

export interface WorkbenchRequest {
  readonly folder: string;
  /** A file that names the folders of the workspace, in place of the folder. */
  readonly workspace?: string | undefined;
  readonly file?: string | undefined;
  readonly developmentPath?: string | undefined;
}

export interface EditorServer {
  readonly port: number;
  readonly logsFolder: string;
  readonly exited: Promise<unknown>;
  url(request: WorkbenchRequest): string;
  stop(): Promise<void>;
}

export function startEditorServer(options: ServerOptions): Promise<EditorServer>;
