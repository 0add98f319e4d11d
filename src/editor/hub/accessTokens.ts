/** What a hub knows the user by: kept by the editor among its secrets, one for each host, and shown to that host alone. */
import * as vscode from 'vscode';
import { hubAt, hubBase, isToken, type Hub } from '../../hub/hubHost.ts';
import { readSettings } from '../settings.ts';

export class AccessTokens {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** The hub of the settings, with the token that was set for it. */
  async hub(address: string = readSettings().hubHost): Promise<Hub> {
    return hubAt(address, await this.#secrets.get(keyOf(hubBase(address))));
  }

  /** Asks for the token of the hub of the settings; an empty answer takes it away. */
  async ask(): Promise<void> {
    const base = hubBase(readSettings().hubHost);
    const wasSet = (await this.#secrets.get(keyOf(base))) !== undefined;
    const given = await vscode.window.showInputBox({
      title: vscode.l10n.t('Access token for {0}', base.host),
      prompt: wasSet
        ? vscode.l10n.t(
            'A token is set. Empty: it is taken away. It is sent to {0} and to no other host.',
            base.host,
          )
        : vscode.l10n.t(
            'Only for repositories that need one. It is sent to {0} and to no other host.',
            base.host,
          ),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        text.trim() === '' || isToken(text.trim())
          ? undefined
          : vscode.l10n.t('A token has no spaces and no letters with accents.'),
    });
    if (given === undefined) return;
    const token = given.trim();
    if (token === '') await this.#secrets.delete(keyOf(base));
    else await this.#secrets.store(keyOf(base), token);
    void vscode.window.showInformationMessage(
      token === ''
        ? vscode.l10n.t('There is no access token for {0} any more.', base.host)
        : vscode.l10n.t('The access token for {0} is kept among the secrets of the editor.', base.host),
    );
  }
}

function keyOf({ origin }: URL): string {
  return `hubToken:${origin}`;
}
