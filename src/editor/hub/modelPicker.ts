/** The list of "Get a Model…": what was begun, models of the family, and any other repository. */
import * as vscode from 'vscode';
import { CATALOGUE, type CatalogueEntry } from '../../hub/catalogue.ts';
import type { Unfinished } from '../../hub/downloadRecord.ts';
import { foretoldSpeed, memoryBytes } from '../../model/modelFit.ts';
import { sizeOf } from '../models/sizes.ts';

export type Choice =
  | { readonly kind: 'go on'; readonly unfinished: Unfinished }
  | { readonly kind: 'listed'; readonly entry: CatalogueEntry }
  | { readonly kind: 'other' }
  | { readonly kind: 'folder' };

export type PickerOptions = {
  readonly host: string;
  readonly unfinished: readonly Unfinished[];
  /** What this machine reads from memory, in bytes a second: known, or soon to be. */
  readonly bandwidth: Promise<number | undefined>;
  readonly remove: (unfinished: Unfinished) => Promise<void>;
};

type Item = vscode.QuickPickItem & { readonly choice?: Choice };

export async function pickModel(options: PickerOptions): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = vscode.l10n.t('Get a model from {0}', options.host);
  picker.placeholder = vscode.l10n.t('Nothing is fetched before you have seen how much it is.');
  picker.matchOnDescription = true;
  picker.items = itemsOf(options, undefined);
  let { unfinished } = options;
  let bandwidth: number | undefined;
  const show = () => {
    const [active] = picker.activeItems;
    picker.items = itemsOf({ ...options, unfinished }, bandwidth);
    picker.activeItems = picker.items.filter(({ label }) => label === active?.label);
  };
  void options.bandwidth.then((known) => {
    if (known === undefined) return;
    bandwidth = known;
    show();
  });
  picker.onDidTriggerItemButton(({ item: { choice } }) => {
    if (choice?.kind !== 'go on') return;
    unfinished = unfinished.filter((one) => one !== choice.unfinished);
    show();
    void options.remove(choice.unfinished);
  });
  try {
    return await new Promise<Choice | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]?.choice));
      picker.onDidHide(() => resolve(undefined));
      picker.show();
    });
  } finally {
    picker.dispose();
  }
}

function itemsOf({ unfinished }: Pick<PickerOptions, 'unfinished'>, bandwidth: number | undefined): Item[] {
  return [
    ...(unfinished.length > 0 ? [separator(vscode.l10n.t('begun'))] : []),
    ...unfinished.map(unfinishedItem),
    ...(unfinished.length > 0 ? [separator(vscode.l10n.t('new'))] : []),
    ...CATALOGUE.map((entry) => listedItem(entry, bandwidth)),
    separator(vscode.l10n.t('others')),
    {
      label: vscode.l10n.t('Another repository…'),
      description: vscode.l10n.t('any GPT-J or CodeGen checkpoint'),
      choice: { kind: 'other' },
    },
    {
      label: vscode.l10n.t('From a folder…'),
      description: vscode.l10n.t('without any connection'),
      choice: { kind: 'folder' },
    },
  ];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function unfinishedItem(unfinished: Unfinished): Item {
  const { id, presentBytes, sizeBytes } = unfinished;
  return {
    label: vscode.l10n.t('Go on with {0}', id),
    description:
      presentBytes < sizeBytes
        ? vscode.l10n.t('{0} of {1} are here', sizeOf(presentBytes), sizeOf(sizeBytes))
        : vscode.l10n.t('all of it is here, and not imported yet'),
    buttons: [{ iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove what is here') }],
    choice: { kind: 'go on', unfinished },
  };
}

function listedItem(entry: CatalogueEntry, bandwidth: number | undefined): Item {
  const { title, nParameters, licence, humanEval, downloadBytes, weightsBytes } = entry;
  const parameters = vscode.l10n.t('{0} B parameters', (nParameters / 1e9).toFixed(1));
  const rightOnes = humanEval && vscode.l10n.t('HumanEval {0} %', humanEval.passAt1.toFixed(1));
  return {
    label: title,
    description: [parameters, licence, ...(rightOnes === undefined ? [] : [rightOnes])].join(', '),
    detail: [
      vscode.l10n.t('{0} to fetch', sizeOf(downloadBytes)),
      vscode.l10n.t('{0} of disk', sizeOf(weightsBytes)),
      vscode.l10n.t('{0} of memory', sizeOf(memoryBytes(entry))),
      ...(bandwidth === undefined ? [] : [speedOf(weightsBytes, bandwidth)]),
    ].join(', '),
    choice: { kind: 'listed', entry },
  };
}

export function speedOf(weightsBytes: number, bandwidth: number): string {
  const tokens = foretoldSpeed(weightsBytes, bandwidth);
  const rounded = Number(tokens.toPrecision(tokens < 10 ? 1 : 2));
  return vscode.l10n.t('about {0} tokens/s on the CPU', rounded);
}
