/** The read-only document beside the code that an explanation grows in, and what can be done with its sections. */
import * as vscode from 'vscode';
import type { Section } from '../tasks/explainParts.ts';
import { explanationText, type Explained, type ExplanationText } from './explanationText.ts';

const SCHEME = 'gptj-explanation';
const NOTHING: ExplanationText = { text: '', headingLines: [] };

export type InsertAs = 'docstring' | 'comment';

export class ExplanationView
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #ended = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly #uri = vscode.Uri.from({ scheme: SCHEME, path: `${vscode.l10n.t('Explanation')}.md` });
  readonly onDidChange = this.#changed.event;
  readonly onDidChangeCodeLenses = this.#ended.event;
  #explained: Explained | undefined;
  #content = NOTHING;

  constructor() {
    this.#registration = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
    );
  }

  get explained(): Explained | undefined {
    return this.#explained;
  }

  async open(): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#uri);
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false };
    await vscode.window.showTextDocument(document, options);
    // The editor does not hear of changes to a document that it is still opening, and a short answer is there by then.
    this.#changed.fire(this.#uri);
  }

  show(explained: Explained): void {
    this.#explained = explained;
    this.#content = explanationText(explained);
    this.#changed.fire(this.#uri);
    if (explained.state !== 'running') this.#ended.fire();
  }

  /** The section at the cursor: in this document, or around the cursor in the code. */
  sectionAtCursor(as: InsertAs): Section | undefined {
    const { sections = [], source } = this.#explained ?? {};
    const taking = sections.filter((section) => takes(section, as));
    const editor = vscode.window.activeTextEditor;
    const line = editor?.selection.active.line ?? 0;
    const uri = editor?.document.uri.toString();
    if (uri === this.#uri.toString()) {
      const at = sections[this.#content.headingLines.findLastIndex((heading) => heading <= line)];
      return taking.find((section) => section === at);
    }
    const isAround = ({ part: { lines } }: Section) => lines.first <= line + 1 && line < lines.last;
    return (uri === source?.toString() ? taking.find(isAround) : undefined) ?? taking[0];
  }

  provideTextDocumentContent(): string {
    return this.#content.text;
  }

  /** Above each section. */
  provideCodeLenses(): vscode.CodeLens[] {
    return (this.#explained?.sections ?? []).flatMap((section, index) => {
      const line = this.#content.headingLines[index] ?? 0;
      const range = new vscode.Range(line, 0, line, 0);
      const lens = (title: string, command: string) =>
        new vscode.CodeLens(range, { title, command, arguments: [index] });
      return [
        ...(takes(section, 'docstring')
          ? [lens(vscode.l10n.t('Insert as Docstring'), 'gptj.insertDocstring')]
          : []),
        ...(takes(section, 'comment')
          ? [lens(vscode.l10n.t('Insert as Comment'), 'gptj.insertComment')]
          : []),
      ];
    });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    this.#ended.dispose();
  }
}

/** Whether a section can go into the code so. */
export function takes({ part: { subject }, text, state }: Section, as: InsertAs): boolean {
  if (text === '' || state === 'growing') return false;
  return as === 'docstring' ? subject.kind === 'definition' : subject.kind !== 'outline';
}
