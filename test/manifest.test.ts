/** The extension's manifest against the code that it speaks of. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ISOLATION_SETTINGS } from '../src/client/startPlan.ts';
import { OTHERS_SETTINGS } from '../src/completion/otherProviders.ts';
import { DEVICES } from '../src/model/device.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

type Manifest = {
  readonly engines: { readonly vscode: string; readonly node: string };
  readonly extensionKind: readonly string[];
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly virtualWorkspaces: unknown;
    readonly untrustedWorkspaces: {
      readonly supported: unknown;
      readonly restrictedConfigurations: readonly string[];
    };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly keybindings?: unknown;
  };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
type Setting = {
  readonly default: unknown;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
};

const manifestText = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8')) as Record<string, string>;
const settings = manifest.contributes.configuration.properties;
const editorSources = sourcesOf('editor');

describe('the manifest', () => {
  it('contributes just the commands that are registered', () => {
    const registered = [...sourceOf('editor/commands.ts').matchAll(/'(gptj\.\w+)'/g)].map(
      (match) => match[1]!,
    );
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    expect([...contributed].sort()).toEqual([...new Set(registered)].sort());
    for (const entries of Object.values(manifest.contributes.menus)) {
      for (const { command } of entries) expect(contributed).toContain(command);
    }
  });

  it('has the settings that are read, with the same defaults', () => {
    const source = sourceOf('editor/settings.ts');
    const read = [...source.matchAll(/section(?:\.get(?:<[^>]+>)?\(|, )'([\w.]+)', (.+?)\),/g)].map(
      ([, name, fallback]) => [name, fallback],
    );
    const declared = Object.entries(settings).map(([name, { default: value }]) => [
      name.slice('gptj.'.length),
      value,
    ]);
    expect(
      read.map(([name, fallback]) => [name, JSON.parse(fallback!.replaceAll("'", '"')) as unknown]),
    ).toEqual(declared);
  });

  it('offers the choices that are known, each with a text', () => {
    for (const [name, choices] of [
      ['gptj.device', ['auto', ...DEVICES]],
      ['gptj.isolation', ISOLATION_SETTINGS],
      ['gptj.whenOthersAreActive', OTHERS_SETTINGS],
    ] as const) {
      expect(settings[name]!.enum).toEqual(choices);
      expect(settings[name]!.markdownEnumDescriptions).toHaveLength(choices.length);
    }
  });

  it('lets no workspace say which model runs, where, or how much of the machine it takes', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    for (const name of [
      ...['gptj.modelFolder', 'gptj.threads', 'gptj.device', 'gptj.isolation'],
      'gptj.unloadAfterMinutes',
    ]) {
      expect(settings[name]!.scope).toBe('machine');
      expect(restrictedConfigurations).toContain(name);
    }
  });

  it('works where a workspace is virtual or not trusted: it runs nothing of it, and reads through the editor', () => {
    expect(manifest.capabilities.virtualWorkspaces).toBe(true);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
  });

  it('takes no key', () => {
    expect(manifest.contributes.keybindings).toBeUndefined();
  });

  it('has a text for every placeholder, and no other', () => {
    const used = [...manifestText.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!);
    expect([...used].sort()).toEqual(Object.keys(texts).sort());
  });

  it('runs beside the user where it can, and is pinned to the oldest editor that it supports', () => {
    expect(manifest.extensionKind).toEqual(['ui', 'workspace']);
    expect(manifest.activationEvents).toEqual(['onStartupFinished']);
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']!}`);
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    for (const version of versions) expect(version).toMatch(/^\d/);
  });
});

describe('what the user reads', () => {
  it('goes through l10n: no dialog of the editor is given a bare text', () => {
    const bare =
      /show(?:Information|Warning|Error)Message\(\s*['"`]|(?:title|placeHolder|openLabel): ['"](?!GPT-J)/;
    for (const [file, source] of editorSources) expect(bare.test(source), file).toBe(false);
  });

  it('names commands as the palette does', () => {
    const titles = manifest.contributes.commands.map(
      ({ category, title }) => `${category}: ${texts[title.slice(1, -1)]!}`,
    );
    const named = [...sourcesOf('').values()].flatMap((source) => [...source.matchAll(/"(GPT-J: [^"]+)"/g)]);
    for (const [, title] of named) expect(titles).toContain(title);
  });
});

function sourceOf(file: string): string {
  return readFileSync(path.join(ROOT, 'src', file), 'utf8');
}

function sourcesOf(folder: string): Map<string, string> {
  const names = readdirSync(path.join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' });
  return new Map(
    names.filter((name) => name.endsWith('.ts')).map((name) => [name, sourceOf(path.join(folder, name))]),
  );
}
