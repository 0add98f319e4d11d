/** An explanation as the document that shows it: what was said under headings, what was cut, and who spoke. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelSummary } from '../model/generation.ts';
import type { Part } from '../python/part.ts';
import { qualifiedName } from '../python/structure.ts';
import type { Lines } from '../python/textLines.ts';
import type { Section } from '../tasks/explainParts.ts';

export type Explained = {
  readonly source: vscode.Uri;
  readonly model: ModelSummary;
  readonly sections: readonly Section[];
  /** How it went on: nothing more to come, or why it stopped. */
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
};

export type ExplanationText = {
  readonly text: string;
  /** The line of each section's heading, from 0. */
  readonly headingLines: readonly number[];
};

export function explanationText({ source, model, sections, state }: Explained): ExplanationText {
  const lines: string[] = [];
  const headingLines = sections.map((section) => {
    const line = lines.length;
    const { text, part } = section;
    const paragraphs = [`## ${headingOf(part, source)}`, text || '…', ...notesOn(section).map(inItalics)];
    lines.push(...paragraphs.flatMap((paragraph) => [...paragraph.split('\n'), '']));
    return line;
  });
  const by = vscode.l10n.t(
    'By {0}, {1}, on this machine ({2}). It may be wrong.',
    model.name,
    model.precision,
    model.hardware,
  );
  const notes = state === 'running' ? [] : [...endNotes(state), by];
  lines.push(...(notes.length > 0 ? ['---', ''] : ['…']), ...notes.flatMap((note) => [inItalics(note), '']));
  return { text: lines.join('\n'), headingLines };
}

function headingOf({ subject, lines }: Part, source: vscode.Uri): string {
  const range = rangeOf(lines);
  if (subject.kind === 'outline') return vscode.l10n.t('Outline of {0}', path.posix.basename(source.path));
  if (subject.kind === 'code') return vscode.l10n.t('Lines {0}', range);
  return vscode.l10n.t('{0} (lines {1})', qualifiedName(subject.definition), range);
}

function notesOn({ part, state, leftOut }: Section): string[] {
  const notes: string[] = [];
  if (state === 'empty') notes.push(vscode.l10n.t('The model had nothing to say about this part.'));
  if (state === 'endless') notes.push(vscode.l10n.t('The answer came to no end and was cut off.'));
  if (leftOut !== undefined)
    notes.push(
      vscode.l10n.t('This is longer than the model reads: lines {0} were left out.', rangeOf(leftOut)),
    );
  if (part.hasErrors)
    notes.push(vscode.l10n.t('This does not parse as Python. It was explained as it stands.'));
  if (part.subject.kind === 'outline')
    notes.push(vscode.l10n.t('Explained by its signatures alone, not by what its functions do.'));
  return notes;
}

function endNotes(state: Explained['state']): string[] {
  if (state === 'cancelled') return [vscode.l10n.t('Cancelled: it was not explained to its end.')];
  if (state === 'failed') return [vscode.l10n.t('It was not explained to its end; the log says why.')];
  return [];
}

function rangeOf({ first, last }: Lines): string {
  return first === last ? String(first) : `${first}–${last}`;
}

function inItalics(text: string): string {
  return `*${text}*`;
}
