/** The page of the chat: nothing in it comes from elsewhere, and only its own script runs. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PageTexts } from './messages.ts';

export function chatPage(webview: vscode.Webview, folder: vscode.Uri): string {
  const nonce = randomBytes(16).toString('hex');
  const uriOf = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  const label = (text: string) => escaped(text);
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(uriOf('chat.css'))}">
<title>GPT-J</title>
</head>
<body data-texts="${escaped(JSON.stringify(texts()))}">
<header>
<span id="model"></span>
<button id="clear" class="quiet">${label(vscode.l10n.t('Clear'))}</button>
</header>
<section id="warning" role="note" hidden><p></p><button></button></section>
<main id="log" role="log" aria-live="off" aria-label="${label(vscode.l10n.t('Conversation'))}" tabindex="0"></main>
<p id="status" role="status" class="unseen"></p>
<footer>
<label for="question" class="unseen">${label(vscode.l10n.t('Your question'))}</label>
<textarea id="question" rows="3" placeholder="${label(
    vscode.l10n.t('Ask GPT-J. Enter sends, Shift+Enter begins a new line.'),
  )}"></textarea>
<button id="send">${label(vscode.l10n.t('Ask'))}</button>
<button id="stop" hidden>${label(vscode.l10n.t('Stop'))}</button>
</footer>
<script nonce="${nonce}" src="${escaped(uriOf('chat.js'))}"></script>
</body>
</html>`;
}

function texts(): PageTexts {
  return {
    you: vscode.l10n.t('You'),
    model: 'GPT-J',
    copy: vscode.l10n.t('Copy'),
    insert: vscode.l10n.t('Insert'),
    answered: vscode.l10n.t('End of the answer.'),
    writing: vscode.l10n.t('GPT-J is writing.'),
  };
}

/** Within an attribute or between two tags. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
