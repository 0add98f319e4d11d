// Reads ghost text (an inline suggestion as it is drawn) out of the workbench's page.
import type { Page } from 'playwright-core';

/** As much of the page's DOM as is read below; the project compiles without the browser's types. */
interface ElementLike {
  readonly textContent: string | null;
  querySelectorAll(selector: string): Iterable<ElementLike>;
}

/**
 * The ghost text on the screen, or undefined where there is none. What it adds to the cursor's line is drawn inside
 * that line, in several pieces if it is coloured; its further lines are drawn below, where the part of the cursor's
 * line that moves down is no ghost text. A tab is drawn as spaces.
 */
export async function readGhostText(page: Page): Promise<string | undefined> {
  const { inline, below } = await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: ElementLike };
    const textOf = (root: ElementLike, selector: string) =>
      Array.from(root.querySelectorAll(selector), (element) => element.textContent ?? '').join('');

    return {
      inline: textOf(document, '.ghost-text-decoration, .ghost-text-decoration-preview'),
      below: Array.from(document.querySelectorAll('.suggest-preview-text .view-line'), (line) =>
        textOf(line, '.ghost-text'),
      ),
    };
  });
  if (inline === '' && below.length === 0) return undefined;
  return [inline, ...below].join('\n').replaceAll('\u00a0', ' ');
}
