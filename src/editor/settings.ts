/** The extension's settings, read when they are needed. */
import * as vscode from 'vscode';
import { ISOLATION_SETTINGS, type IsolationSetting } from '../client/startPlan.ts';
import { OTHERS_SETTINGS, type OthersSetting } from '../completion/otherProviders.ts';
import { DIALECTS, type Dialect } from '../model/databaseSchema.ts';
import { DEVICES, type DeviceSetting } from '../model/device.ts';

const SECTION = 'gptj';

export type Settings = {
  readonly enabled: boolean;
  /** Language identifier → on or off, over what the model says. */
  readonly languages: Readonly<Record<string, boolean>>;
  /** '' is the model that comes with the extension. */
  readonly modelFolder: string;
  readonly threads: number;
  readonly device: DeviceSetting;
  readonly isolation: IsolationSetting;
  /** null is learned. */
  readonly debounceMs: number | null;
  /** Globs of files that are neither completed nor read. */
  readonly exclude: readonly string[];
  /** Without use; 0 is never. */
  readonly unloadAfterMinutes: number;
  readonly whenOthersAreActive: OthersSetting;
  /** "Explain" over functions and classes. */
  readonly 'explain.codeLens': boolean;
  readonly sqlDialect: Dialect | 'auto';
  /** Where models are fetched from, when the user asks for one. */
  readonly hubHost: string;
};

/** @param scope whose settings, where a workspace folder may have its own */
export function readSettings(scope?: vscode.Uri): Settings {
  const section = vscode.workspace.getConfiguration(SECTION, scope);
  return {
    enabled: section.get('enabled', true),
    languages: section.get('languages', {}),
    modelFolder: section.get('modelFolder', ''),
    threads: section.get('threads', 0),
    device: oneOf(section.get('device', 'auto'), ['auto', ...DEVICES]),
    isolation: oneOf(section.get('isolation', 'auto'), ISOLATION_SETTINGS),
    debounceMs: section.get<number | null>('debounceMs', null),
    exclude: joined(section, 'exclude', []),
    unloadAfterMinutes: section.get('unloadAfterMinutes', 15),
    whenOthersAreActive: oneOf(section.get('whenOthersAreActive', 'ask'), OTHERS_SETTINGS),
    'explain.codeLens': section.get('explain.codeLens', false),
    sqlDialect: oneOf(section.get('sqlDialect', 'auto'), ['auto', ...DIALECTS]),
    hubHost: section.get('hubHost', 'https://huggingface.co'),
  };
}

/** A list to which every level adds: what a workspace says takes nothing of what the user says away. */
function joined(section: vscode.WorkspaceConfiguration, name: string, fallback: string[]): readonly string[] {
  const levels = section.inspect<string[]>(name);
  if (levels === undefined) return fallback;
  const { globalValue, workspaceValue, workspaceFolderValue } = levels;
  return [globalValue, workspaceValue, workspaceFolderValue].flatMap((value) => value ?? []);
}

/** VS Code marks a value that is not in the list, and hands it over all the same. */
function oneOf<const T extends string>(value: string, allowed: readonly [T, ...T[]]): T {
  return allowed.find((name) => name === value) ?? allowed[0];
}

export function affects(event: vscode.ConfigurationChangeEvent, ...names: (keyof Settings)[]): boolean {
  return names.some((name) => event.affectsConfiguration(`${SECTION}.${name}`));
}

export async function writeSetting<K extends keyof Settings>(name: K, value: Settings[K]): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(name, value, vscode.ConfigurationTarget.Global);
}

/** Whether completions are wanted in a language: what the user says, or else what the model was made for. */
export function isLanguageOn(
  languageId: string,
  { languages }: Settings,
  ofModel: readonly string[],
): boolean {
  return languages[languageId] ?? ofModel.includes(languageId);
}
