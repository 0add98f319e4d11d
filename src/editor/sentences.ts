/** Errors, and whatever else comes as a sentence, in the user's language. */
import * as vscode from 'vscode';
import { spell, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';

/** The sentence of an error that the user was meant to see; for any other, that it is in the log. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof UserError)) {
    return vscode.l10n.t('Something went wrong that should not have. The log has more: "GPT-J: Show Log".');
  }
  const message = inWords(error.sentence);
  return error.code === 'internal' ? vscode.l10n.t('{0} The log has more.', message) : message;
}

export function inWords(sentence: Sentence | string): string {
  return spell(sentence, (template) => vscode.l10n.t(template));
}
