/** The last step of the walkthrough: a Python file in which the first suggestion appears at once. */
import * as vscode from 'vscode';

/** What comes next leaves little to choose. */
const CODE = `class Rectangle:
    def __init__(self, width, height):
        self.width = width
        self.height`;

/** In the place of the walkthrough, which would keep the focus if it stayed in sight. */
export async function showFirstSuggestion(): Promise<void> {
  const how = vscode.l10n.t(
    'GPT-J suggests in grey what could come next. Tab takes it, Escape sends it away.',
  );
  const document = await vscode.workspace.openTextDocument({
    language: 'python',
    content: `# ${how}\n\n${CODE}`,
  });
  const editor = await vscode.window.showTextDocument(document);
  const end = document.lineAt(document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(end, end);
  editor.revealRange(new vscode.Range(end, end));
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}
