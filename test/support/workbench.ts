// A page object for VS Code's workbench: what a person does with the keyboard and reads off the screen.
// Every wait has an end. Lines and columns count from 1, as the editor shows them.
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { readGhostText } from './ghostText.ts';
import { waitFor } from './waitFor.ts';

const screenshotsFolder = join(import.meta.dirname, '../../out/screenshots');
const activeEditor = '.editor-group-container.active .editor-instance .monaco-editor[data-uri]';
const quickInput = '.quick-input-widget:not([style*="display: none"])';

export class Workbench {
  readonly page: Page;
  readonly workspaceFolder: string;

  constructor(page: Page, workspaceFolder: string) {
    this.page = page;
    this.workspaceFolder = workspaceFolder;
  }

  /** Resolves once the workbench is drawn and its extension host has answered. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor({ timeout: 60_000 });
    // The indicator of the remote names it as soon as the connection stands.
    await this.page.locator('[id="status.host"]').waitFor({ timeout: 60_000 });
  }

  // Files and the cursor

  /** Opens a file of the workspace by its relative path and puts the focus into it. */
  async openFile(path: string): Promise<void> {
    await this.#openQuickInput('ControlOrMeta+P', join(this.workspaceFolder, path));
    await this.pick(basename(path));
    await this.waitUntilActive(path);
  }

  /** Opens a notebook of the workspace by its relative path; none of its cells has the focus. */
  async openNotebook(path: string): Promise<void> {
    await this.#openQuickInput('ControlOrMeta+P', join(this.workspaceFolder, path));
    await this.pick(basename(path));
    await this.page.locator('.notebookOverlay .code-cell-row').first().waitFor();
  }

  /** Resolves once this file of the workspace is in the active editor, and has the focus. */
  async waitUntilActive(path: string): Promise<void> {
    await waitFor({
      what: `${path} to be the active editor`,
      read: () => this.activeFile(),
      until: (active) => active === join(this.workspaceFolder, path),
    });
    await this.focusEditor();
  }

  /** The path of the document in the active editor, or undefined where there is none. */
  async activeFile(): Promise<string | undefined> {
    const editor = this.page.locator(activeEditor);
    const uri = (await editor.count()) === 0 ? null : await editor.first().getAttribute('data-uri');
    return uri === null ? undefined : decodeURIComponent(new URL(uri).pathname);
  }

  async focusEditor(): Promise<void> {
    await this.page
      .locator(`${activeEditor} .native-edit-context, ${activeEditor} textarea.inputarea`)
      .first()
      .focus();
  }

  async placeCursor(line: number, column: number): Promise<void> {
    await this.#openQuickInput('ControlOrMeta+P', `:${line}:${column}`);
    await this.press('Enter');
    await waitFor({
      what: `the cursor to be at ${line}:${column}`,
      read: () => this.statusBarText('status.editor.selection'),
      until: (text) => text === `Ln ${line}, Col ${column}`,
    });
    await this.focusEditor();
  }

  async selectLines(first: number, last: number): Promise<void> {
    await this.placeCursor(first, 1);
    for (let line = first; line < last; line++) await this.press('Shift+ArrowDown');
    await this.press('Shift+End');
  }

  /** Types key by key, with everything the editor adds to it: closing brackets, indentation. */
  async type(text: string, { delayMs = 15 } = {}): Promise<void> {
    await this.page.keyboard.type(text, { delay: delayMs });
  }

  /** A key or a chord, such as `Tab`, `Escape`, `Alt+Backslash`; `ControlOrMeta` is the platform's own. */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** The active document as it is on disk after saving it. */
  async savedText(): Promise<string> {
    const path = await this.activeFile();
    if (path === undefined) throw new Error('No editor is active, so there is no text to read.');
    await this.press('ControlOrMeta+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    return readFile(path, 'utf8');
  }

  /** What the active editor shows, ghost text included; for documents that have no file. */
  async visibleText(): Promise<string> {
    const lines = await this.page.locator(`${activeEditor} .view-lines > .view-line`).all();
    const placed = await Promise.all(
      lines.map(async (line) => ({
        top: Number(/top:\s*(\d+)/.exec((await line.getAttribute('style')) ?? '')?.[1]),
        text: (await line.textContent()) ?? '',
      })),
    );
    return placed
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n');
  }

  // Ghost text

  ghostText(): Promise<string | undefined> {
    return readGhostText(this.page);
  }

  /** The ghost text once there is some and it has stopped changing. */
  async waitForGhostText({ timeoutMs = 20_000 } = {}): Promise<string> {
    let previous: string | undefined;
    const text = await waitFor({
      what: 'ghost text',
      timeoutMs,
      intervalMs: 150,
      read: async () => {
        const text = await this.ghostText();
        const isSteady = text === previous;
        previous = text;
        return isSteady ? text : undefined;
      },
      until: (text) => text !== undefined,
    });
    return text ?? '';
  }

  async waitForNoGhostText({ timeoutMs = 5000 } = {}): Promise<void> {
    await waitFor({
      what: 'the ghost text to go',
      timeoutMs,
      read: () => this.ghostText(),
      until: (text) => text === undefined,
    });
  }

  // Commands, pick lists, notifications

  /** Runs the command with exactly this title (`GPT-J: …`) from the palette. */
  async runCommand(title: string): Promise<void> {
    await this.#openQuickInput('F1', `>${title}`);
    await this.pick(title);
  }

  /** The labels of the pick list that is open. */
  async pickLabels(): Promise<string[]> {
    await this.#quickInputRows().first().waitFor();
    return this.#quickInputRows().locator('.quick-input-list-label .label-name').allTextContents();
  }

  /** Chooses the row with exactly this label in the pick list that is open. */
  async pick(label: string): Promise<void> {
    const name = this.page
      .locator(`${quickInput} .quick-input-list .label-name`)
      .getByText(label, { exact: true });
    await name.first().click();
    await this.page.mouse.move(0, 0); // where the pointer hovers over nothing
  }

  /** Answers the input box that is open. */
  async answer(text: string): Promise<void> {
    await this.page.locator(`${quickInput} input`).fill(text);
    await this.press('Enter');
  }

  notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  async waitForNotification(pattern: RegExp, { timeoutMs = 20_000 } = {}): Promise<string> {
    const texts = await waitFor({
      what: `a notification like ${String(pattern)}`,
      timeoutMs,
      read: () => this.notifications(),
      until: (texts) => texts.some((text) => pattern.test(text)),
    });
    return texts.find((text) => pattern.test(text)) ?? '';
  }

  /** Presses a button on a notification. */
  async clickNotificationButton(label: string): Promise<void> {
    await this.page
      .locator('.notifications-toasts .monaco-button')
      .getByText(label, { exact: true })
      .first()
      .click();
  }

  // The status bar

  /** The item's text without its icons, or undefined where it is not shown. `id` may leave out the extension's id. */
  async statusBarText(id: string): Promise<string | undefined> {
    const [text] = await this.#statusBarItem(id).allInnerTexts();
    return text?.replaceAll('\u00a0', ' ').trim();
  }

  /** What a screen reader says for the item: its text and its tooltip. */
  async statusBarLabel(id: string): Promise<string | undefined> {
    const item = this.#statusBarItem(id);
    return (await item.count()) === 0
      ? undefined
      : ((await item.first().getAttribute('aria-label')) ?? undefined);
  }

  async waitForStatusBar(id: string, pattern: RegExp, { timeoutMs = 30_000 } = {}): Promise<string> {
    const text = await waitFor({
      what: `the status bar's ${id} to be like ${String(pattern)}`,
      timeoutMs,
      read: () => this.statusBarText(id),
      until: (text) => text !== undefined && pattern.test(text),
    });
    return text ?? '';
  }

  async clickStatusBar(id: string): Promise<void> {
    await this.#statusBarItem(id).first().click();
  }

  // Evidence

  /** Saves what the screen shows as out/screenshots/<name>.png and returns that path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(screenshotsFolder, { recursive: true });
    const path = join(screenshotsFolder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled', caret: 'initial' });
    return path;
  }

  #statusBarItem(id: string): Locator {
    return this.page.locator(`.statusbar-item:is([id="${id}"], [id$=".${id}"])`);
  }

  #quickInputRows(): Locator {
    return this.page.locator(`${quickInput} .quick-input-list .monaco-list-row`);
  }

  async #openQuickInput(key: string, text: string): Promise<void> {
    await this.press(key);
    await this.page.locator(`${quickInput} input`).fill(text);
  }
}
