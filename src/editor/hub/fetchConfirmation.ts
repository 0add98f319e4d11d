/** The question before a model is fetched: what, from where, how much, whether it fits, and what becomes of the source. */
import * as vscode from 'vscode';
import type { CatalogueEntry } from '../../hub/catalogue.ts';
import type { ModelDownload } from '../../hub/modelDownload.ts';
import { diskBytes, roomAt, shortcomings, type Takes } from '../../hub/room.ts';
import { memoryBytes } from '../../model/modelFit.ts';
import type { ModelSize } from '../../model/modelSize.ts';
import { inWords } from '../sentences.ts';
import { sizeOf } from '../models/sizes.ts';
import { speedOf } from './modelPicker.ts';

export type Confirmed = { readonly keepSource: boolean };

export type FetchQuestion = {
  readonly host: string;
  readonly download: ModelDownload;
  readonly size: ModelSize;
  readonly entry: CatalogueEntry | undefined;
  readonly bandwidth: number | undefined;
};

/** undefined: nothing is to be fetched. */
export async function confirmFetch(question: FetchQuestion): Promise<Confirmed | undefined> {
  const { download, size } = question;
  const missingBytes = download.sizeBytes - (await download.presentBytes());
  const takes: Takes = { missingBytes, ...size };
  const problems = shortcomings(takes, await roomAt(download.folder)).map(inWords);
  const detail = detailOf(question, takes).join('\n\n');
  const { id } = download.repository;
  if (problems.length > 0 && !(await insists(id, problems))) return undefined;
  const remove = vscode.l10n.t('Get It');
  const keep = vscode.l10n.t('Get It and Keep the Source');
  const message = vscode.l10n.t('Get {0}?', id);
  const picked = await vscode.window.showInformationMessage(message, { modal: true, detail }, remove, keep);
  return picked === undefined ? undefined : { keepSource: picked === keep };
}

async function insists(id: string, problems: readonly string[]): Promise<boolean> {
  const anyway = vscode.l10n.t('Go On All the Same');
  const message = vscode.l10n.t('{0} does not fit here.', id);
  const detail = problems.join('\n\n');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, anyway)) === anyway;
}

function detailOf({ host, download, size, entry, bandwidth }: FetchQuestion, takes: Takes): string[] {
  const { repository, sizeBytes } = download;
  const speed =
    bandwidth === undefined
      ? vscode.l10n.t('How fast it will be is not known.')
      : vscode.l10n.t('Expected: {0}.', speedOf(size.weightsBytes, bandwidth));
  const amount =
    sizeOf(takes.missingBytes) === sizeOf(sizeBytes)
      ? vscode.l10n.t(
          'What is fetched: {0} from {1}, commit {2}.',
          sizeOf(sizeBytes),
          host,
          repository.commit.slice(0, 12),
        )
      : vscode.l10n.t(
          'What is fetched: {0} of {1} from {2}, commit {3}. The rest is here.',
          ...[sizeOf(takes.missingBytes), sizeOf(sizeBytes), host, repository.commit.slice(0, 12)],
        );
  return [
    [
      amount,
      vscode.l10n.t(
        'Licence: {0}.',
        repository.licence ?? entry?.licence ?? vscode.l10n.t('not said; see its page'),
      ),
    ].join(' '),
    [
      vscode.l10n.t(
        'It becomes a model of {0} in 4 bits. It needs {1} of the disk until it is imported, and {2} of memory when it runs.',
        ...[sizeOf(size.weightsBytes), sizeOf(diskBytes(takes)), sizeOf(memoryBytes(size))],
      ),
      speed,
    ].join(' '),
    ...(entry?.humanEval === undefined
      ? []
      : [
          vscode.l10n.t(
            'Of the programs of HumanEval, {0} % are right at the first try ({1}).',
            ...[entry.humanEval.passAt1.toFixed(1), entry.humanEval.source],
          ),
        ]),
    vscode.l10n.t(
      'The source is removed once it is imported, unless you keep it. Nothing is sent but the requests for these files.',
    ),
  ];
}
