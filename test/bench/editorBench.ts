/**
 * What the extension costs and how quick it is, in a real VS Code with a real browser, from the packaged extension.
 * Prints one JSON object. Linux only, since it reads /proc.
 */
import { readFileSync } from 'node:fs';
import { median, percentile } from '../../src/base/median.ts';
import { builtPackage } from '../support/builtPackage.ts';
import { openEditor, type EditorHost } from '../support/editorHost.ts';
import { extensionHostPid } from '../support/extensionHostProcess.ts';
import { LIBRARY_PY } from '../support/unseenFiles.ts';
import { extensionMsPerSpan } from './extensionThread.ts';

const KEYSTROKE_DELAY_MS = 350;
const IDLE_AFTER_MS = 5_000;
const IDLE_FOR_MS = 30_000;
const N_ACTIVATIONS = 3;
const TYPING_DELAY_MS = 120;
const N_HUGE_LINES = 10_000;
const CLOCK_TICKS_PER_SECOND = 100;
const LINES = [
  'late = sum(len(member.loans) for member in members)',
  'return sorted(members, key=lambda member: member.name)',
];

/** Long enough to fill a good part of the starter's window before the cursor. */
const LONG_FILE = `${[1, 2, 3].map((part) => LIBRARY_PY.replaceAll('remind', `remind${part}`)).join('\n')}\n\ndef report(members):\n    `;

const HUGE_FILE = LIBRARY_PY.repeat(Math.ceil(N_HUGE_LINES / (LIBRARY_PY.split('\n').length - 1)))
  .split('\n')
  .slice(0, N_HUGE_LINES)
  .join('\n');

async function measure(): Promise<Record<string, unknown>> {
  const host = await withEditor([], () => idleCosts());
  const activations: number[] = [];
  for (let start = 1; start < N_ACTIVATIONS; start++) {
    activations.push(await withEditor([builtPackage()], (editor) => activationMs(editor)));
  }
  const startMs = performance.now();
  return withEditor([builtPackage()], async (editor) => {
    const { workbench } = editor;
    const ready = await editor.waitForLog('GPT-J', /ready after (\d+) ms/);
    await workbench.placeCursor(LONG_FILE.split('\n').length, 5);
    await workbench.type('for mem');
    await workbench.waitForGhostText();
    const installToSuggestionMs = Math.round(performance.now() - startMs);
    await workbench.press('Tab');
    await workbench.press('Enter');
    for (const line of LINES) await typeSlowly(editor, line);
    const latencies = requestLatencies(await editor.log('GPT-J'));
    const own = await idleCosts();
    activations.push(await activationMs(editor));
    const threadMs = await typingCosts(editor);
    return {
      activationMs: median(activations),
      workerReadyMs: Number(/ready after (\d+) ms/.exec(ready)?.[1]),
      keystrokeToItemsMs: { p50: median(latencies), p95: percentile(latencies, 0.95) },
      memoryAboveHostMB: Math.round(own.memoryMB - host.memoryMB),
      idleCpuPercent: Number((own.cpuPercent - host.cpuPercent).toFixed(2)),
      hostIdleCpuPercent: Number(host.cpuPercent.toFixed(2)),
      hostThreadMsPerKeystroke: {
        ...{ p50: median(threadMs), p95: percentile(threadMs, 0.95), most: Math.max(...threadMs) },
        keystrokes: threadMs.length,
      },
      keystrokes: latencies.length,
      installToSuggestionMs,
    };
  });
}

/** Of the extension host's thread, what the extension takes for each key in the middle of a file of 10,000 lines. */
async function typingCosts({ workbench }: EditorHost): Promise<number[]> {
  await workbench.openFile('huge.py');
  await workbench.placeCursor(N_HUGE_LINES / 2, 1);
  await workbench.type('\n');
  await pause(IDLE_AFTER_MS);
  return extensionMsPerSpan(extensionHostPid(), {
    spanMs: TYPING_DELAY_MS,
    isOwn: (url) => /gptj-code[^/]*\/dist\/extension\.js$/.test(url),
    work: async () => {
      for (const line of [...LINES, ...LINES])
        await workbench.type(`${line}\n`, { delayMs: TYPING_DELAY_MS });
    },
  });
}

/** Memory and processor time of the extension host, from some seconds after the last event on. */
async function idleCosts(): Promise<{ memoryMB: number; cpuPercent: number }> {
  await pause(IDLE_AFTER_MS);
  const pid = extensionHostPid();
  const busyBefore = cpuSeconds(pid);
  await pause(IDLE_FOR_MS);
  const cpuPercent = ((cpuSeconds(pid) - busyBefore) / (IDLE_FOR_MS / 1000)) * 100;
  return { memoryMB: memoryMB(pid), cpuPercent };
}

async function withEditor<T>(vsix: readonly string[], use: (editor: EditorHost) => Promise<T>): Promise<T> {
  const files = { 'long.py': LONG_FILE, 'huge.py': HUGE_FILE };
  const editor = await openEditor({ vsix, files, open: 'long.py' });
  try {
    return await use(editor);
  } finally {
    await editor.dispose();
  }
}

/** A line, key by key, each long enough after the last that its request is answered. */
async function typeSlowly({ workbench }: EditorHost, line: string): Promise<void> {
  await workbench.type(line, { delayMs: KEYSTROKE_DELAY_MS });
  await workbench.press('Escape');
  await workbench.press('Escape');
  await workbench.press('Enter');
  await pause(KEYSTROKE_DELAY_MS);
}

/** Of the requests that the model was asked for: from the edit in the editor to the items, debounce included. */
function requestLatencies(log: string): number[] {
  return [...log.matchAll(/prompt tokens run.*?, (\d+) ms after the last edit/g)].map((match) =>
    Number(match[1]),
  );
}

/** VS Code's own figure: loading the extension's code and its call of `activate`. */
async function activationMs({ workbench }: EditorHost): Promise<number> {
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .extension', { hasText: 'GPT-J Code' });
  const text = await row.first().innerText();
  return Number(/Activation:\s*(\d+)ms/.exec(text)?.[1]);
}

function memoryMB(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

function cpuSeconds(pid: number): number {
  // Fields 14 and 15 count from the pid; the command in parentheses may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

process.stdout.write(`${JSON.stringify(await measure())}\n`);
