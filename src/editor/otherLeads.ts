/** Asks once who leads where another extension gives inline completions, too, and remembers what was said. */
import * as vscode from 'vscode';
import {
  isSwitchedOff,
  leadAmong,
  OTHER_PROVIDERS,
  type Answer,
  type OtherProvider,
} from '../completion/otherProviders.ts';
import { readSettings } from './settings.ts';

type Choice = vscode.MessageItem & { readonly answer: Answer };

export class OtherLeads {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** The name of the extension that leads, or undefined. The first time that one is seen, the user is asked. */
  leader(): string | undefined {
    const lead = leadAmong(OTHER_PROVIDERS.filter(isActive), readSettings().whenOthersAreActive, (other) =>
      this.#memory.get<Answer>(keyOf(other)),
    );
    if (lead.kind === 'unasked') void this.#ask(lead.other);
    return lead.kind === 'other' ? lead.other.name : undefined;
  }

  async #ask(other: OtherProvider): Promise<void> {
    // Said before the question is put: neither the next key nor another window asks again.
    const asked = this.#memory.update(keyOf(other), 'asked' satisfies Answer);
    const gptj: Choice = { title: 'GPT-J', answer: 'gptj' };
    const theOther: Choice = { title: other.name, answer: 'other' };
    const picked = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} gives completions, too. Whose do you want? The setting "gptj.whenOthersAreActive" changes it later.',
        other.name,
      ),
      gptj,
      theOther,
    );
    await asked;
    if (picked !== undefined) await this.#memory.update(keyOf(other), picked.answer);
  }
}

/** Only extensions of the same host are seen: in a remote window, not those on the other side. */
function isActive({ ids, switchedBy }: OtherProvider): boolean {
  if (!ids.some((id) => vscode.extensions.getExtension(id)?.isActive)) return false;
  return switchedBy === undefined || !isSwitchedOff(vscode.workspace.getConfiguration().get(switchedBy));
}

function keyOf({ ids: [id] }: OtherProvider): string {
  return `leads.${id}`;
}
