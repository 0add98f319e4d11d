/** A model as an entry of the list: for the eye, for the pointer, and for a screen reader. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelUser } from '../../client/modelUses.ts';
import type { ListedModel, ModelContent } from '../../model/modelList.ts';
import type { MeasuredSpeed } from '../../model/modelSpeeds.ts';
import { sentenceOf } from '../sentences.ts';
import { sizeOf } from './sizes.ts';

export type ItemFacts = {
  readonly speed: MeasuredSpeed | undefined;
  /** Windows that have it in memory. */
  readonly users: readonly ModelUser[];
};

export function itemOf(model: ListedModel, facts: ItemFacts): vscode.TreeItem {
  const { folder, isChosen, content } = model;
  const item = new vscode.TreeItem(nameOf(model));
  item.id = folder;
  item.contextValue = abilitiesOf(model, facts).join(' ');
  item.iconPath = new vscode.ThemeIcon(iconOf(model));
  if (content.kind === 'damaged') {
    item.description = vscode.l10n.t('cannot be used');
    item.tooltip = `${sentenceOf(content.error)}\n${folder}`;
  } else {
    item.description = summaryOf(content, facts);
    item.tooltip = detailOf(content, model, facts);
  }
  const state = isChosen ? [vscode.l10n.t('chosen')] : [];
  item.accessibilityInformation = { label: [nameOf(model), ...state, item.description].join(', ') };
  return item;
}

export function nameOf({ folder, content }: ListedModel): string {
  return content.kind === 'whole' ? content.name : path.basename(folder);
}

/** "4-bit, 3.6 GB, 12 tokens/s" */
export function summaryOf({ precision, demand }: ModelContent, { speed }: ItemFacts): string {
  return [
    precision,
    sizeOf(demand.weightsBytes),
    ...(speed === undefined ? [] : [vscode.l10n.t('{0} tokens/s', inTokens(speed))]),
  ].join(', ');
}

export function inTokens({ tokensPerSecond }: Pick<MeasuredSpeed, 'tokensPerSecond'>): string {
  const maximumFractionDigits = tokensPerSecond < 10 ? 1 : 0;
  return tokensPerSecond.toLocaleString(vscode.env.language, { maximumFractionDigits });
}

function detailOf(content: ModelContent, { folder, place }: ListedModel, facts: ItemFacts): string {
  const { name, precision, demand, licence, languages } = content;
  const { speed, users } = facts;
  return [
    `${name}, ${precision}, ${sizeOf(demand.weightsBytes)}`,
    ...(languages.length === 0 ? [] : [vscode.l10n.t('Completes: {0}', languages.join(', '))]),
    vscode.l10n.t('Licence: {0}', licence),
    speed === undefined
      ? vscode.l10n.t('Its speed has not been measured here.')
      : vscode.l10n.t(
          '{0} tokens/s on {1}, measured on {2}',
          ...[inTokens(speed), speed.hardware, new Date(speed.atMs).toLocaleDateString(vscode.env.language)],
        ),
    ...(users.length === 0 ? [] : [vscode.l10n.t('In memory of: {0}', users.map(windowOf).join(', '))]),
    place === 'starter' ? vscode.l10n.t('Comes with the extension.') : folder,
  ].join('\n');
}

function windowOf({ window }: ModelUser): string {
  return window === '' ? vscode.l10n.t('a window without a folder') : window;
}

/** What the menus offer for it, as words that `when` clauses look for. */
function abilitiesOf(model: ListedModel, { users }: ItemFacts): string[] {
  const { isChosen, place, content } = model;
  const isWhole = content.kind === 'whole';
  return [
    ...(isWhole && !isChosen ? ['switch'] : []),
    ...(isWhole && isChosen ? ['measure'] : []),
    'verify',
    ...(place === 'installed' && !isChosen && users.length === 0 ? ['remove'] : []),
  ];
}

function iconOf({ isChosen, place, content }: ListedModel): string {
  if (content.kind === 'damaged') return 'warning';
  if (isChosen) return 'pass-filled';
  return place === 'starter' ? 'package' : 'circle-large-outline';
}
