/** The list of tasks: what the extension and the workspace have, the two commands with keys of their own, and files that are wrong. */
import * as vscode from 'vscode';
import { inWords } from '../sentences.ts';
import { nameOf, type FaultyFile, type FoundTask, type Library } from './taskLibrary.ts';

export type Picked =
  | { readonly kind: 'task'; readonly found: FoundTask }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'faulty'; readonly uri: vscode.Uri };

type Item = vscode.QuickPickItem & { readonly means?: Picked };

/** @param languageId of the file that is open */
export async function pickTask(
  { tasks, faulty }: Library,
  languageId: string | undefined,
): Promise<Picked | undefined> {
  const offered = tasks.filter(
    ({ task: { languages } }) => languages.length === 0 || languages.includes(languageId ?? ''),
  );
  const items: Item[] = [
    ...group(vscode.l10n.t('this workspace'), [
      ...sorted(offered.filter(({ isBuiltIn }) => !isBuiltIn).map(taskItem)),
      ...sorted(faulty.map(faultyItem)),
    ]),
    ...group(
      vscode.l10n.t('built in'),
      sorted([
        ...offered.filter(({ isBuiltIn }) => isBuiltIn).map(taskItem),
        commandItem(vscode.l10n.t('Explain Python'), 'gptj.explain'),
        commandItem(vscode.l10n.t('Translate Comment to SQL'), 'gptj.commentToSql'),
      ]),
    ),
  ];
  const placeHolder = vscode.l10n.t('What should GPT-J do?');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.means;
}

function taskItem(found: FoundTask): Item {
  const { title, description } = found.task;
  return { label: title, description, means: { kind: 'task', found } };
}

/** It can be opened from here, to be mended. */
function faultyItem({ uri, problems }: FaultyFile): Item {
  return {
    label: `$(warning) ${nameOf(uri)}`,
    description: problems.map(({ sentence }) => inWords(sentence)).join(' '),
    means: { kind: 'faulty', uri },
  };
}

function commandItem(label: string, command: string): Item {
  return { label, means: { kind: 'command', command } };
}

function sorted(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => a.label.localeCompare(b.label));
}

function group(label: string, items: readonly Item[]): Item[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
