/** Whether a completion may be asked for at all, before a character of the document is looked at. */
import * as vscode from 'vscode';
import type { OtherLeads } from './otherLeads.ts';
import type { ReadingRules } from './readingRules.ts';
import { isLanguageOn, readSettings } from './settings.ts';

export type GateOptions = {
  readonly otherLeads: OtherLeads;
  readonly readingRules: ReadingRules;
  /** Languages of the model that is, or would be, loaded. */
  readonly modelLanguages: () => Promise<readonly string[]>;
};

export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Why nothing may be asked, or undefined.
   * @param isExplicit somebody asks by a command, which neither a window in the background nor another extension forbids
   */
  async refusal(
    document: vscode.TextDocument,
    { isExplicit }: { isExplicit: boolean },
  ): Promise<string | undefined> {
    const { otherLeads, readingRules, modelLanguages } = this.#options;
    const settings = readSettings();
    if (!settings.enabled) return 'switched off';
    const notToRead = await readingRules.reasonNotToRead(document);
    if (notToRead !== undefined) return notToRead;
    const { languageId } = document;
    if (!isLanguageOn(languageId, settings, await modelLanguages())) return `off for ${languageId}`;
    if (isExplicit) return undefined;
    if (!vscode.window.state.focused) return 'the window is not in focus';
    const leader = otherLeads.leader();
    return leader === undefined ? undefined : `${leader} leads`;
  }
}
