/** "Run Task…": a task from the list, what it is about, and the answer where the task says. Nothing is ever run. */
import * as vscode from 'vscode';
import { isCancelled } from '../../base/userError.ts';
import type { EngineHost } from '../../client/engineHost.ts';
import { asMadeFor } from '../../tasks/ability.ts';
import { CHAT_ID, isTableForm, type TableForm, type Task } from '../../tasks/task.ts';
import { checkAnswer, cutNotes, notesOn, readAnswer, shares } from '../../tasks/taskAnswer.ts';
import { labelsRequest, taskRequest, type TaskValues } from '../../tasks/taskRequest.ts';
import { runTask } from '../runTask.ts';
import { inWords, sentenceOf } from '../sentences.ts';
import type { AnswerView } from './answerView.ts';
import { mayRun, type InstalledModels } from './installedModels.ts';
import type { TaskFileSupport } from './taskFileSupport.ts';
import { askFor, askForm, placeOf } from './taskInput.ts';
import type { FoundTask, TaskLibrary } from './taskLibrary.ts';
import { deliver, viewContent, type Delivery } from './taskOutput.ts';
import { pickTask } from './taskPicker.ts';

export type TaskParts = {
  readonly engine: EngineHost;
  readonly library: TaskLibrary;
  readonly support: TaskFileSupport;
  readonly answers: AnswerView;
  readonly models: InstalledModels;
};

/** The end of a growing answer that fits into a notification. */
const SHOWN_CHARACTERS = 60;

export async function runTaskCommand(parts: TaskParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const library = await parts.library.load();
  parts.support.show(library.faulty);
  const picked = await pickTask(library, editor?.document.languageId);
  if (picked?.kind === 'command') await vscode.commands.executeCommand(picked.command);
  if (picked?.kind === 'faulty') await vscode.window.showTextDocument(picked.uri);
  if (picked?.kind === 'task' && picked.found.task.id === CHAT_ID)
    await vscode.commands.executeCommand('gptj.chat');
  else if (picked?.kind === 'task') await run(picked.found, editor, parts);
}

async function run(
  { task: asWritten, isBuiltIn }: FoundTask,
  editor: vscode.TextEditor | undefined,
  parts: TaskParts,
): Promise<void> {
  const { engine, answers, models } = parts;
  const place = placeOf(asWritten, editor);
  const values = await askFor(asWritten, place);
  const form = values && (await askForm(asWritten));
  if (form === undefined || values === undefined) return;

  const delivery = await runTask(vscode.l10n.t('GPT-J: {0}', asWritten.title), async (signal, report) => {
    const model = await engine.ready();
    // What a workspace brings is its own affair: no model was made for that.
    if (isBuiltIn && !(await mayRun(asWritten, model, models))) return undefined;
    const task = isBuiltIn ? asMadeFor(model, asWritten) : asWritten;
    const by = vscode.l10n.t('By {0}, {1}, on this machine. It may be wrong.', model.name, model.precision);
    const writing = { engine, signal, onText: (text: string) => report(lastOf(text)) };
    const answer =
      task.output === 'view'
        ? await inView({ task, by, answers }, (onText) =>
            answerTo(task, { values, form }, { ...writing, onText }),
          )
        : await answerTo(task, { values, form }, writing);
    return { task, ...answer, place, by };
  });
  if (delivery !== undefined) await deliver(delivery, answers);
}

/** Shows the answer as it grows, and what became of it where it comes to no end. */
async function inView<T>(
  { task: { title }, by, answers }: { task: Task; by: string; answers: AnswerView },
  write: (onText: (text: string) => void) => Promise<T>,
): Promise<T> {
  let text = '';
  const show = (notes: readonly string[]) => answers.show(title, viewContent({ text, notes, by }));
  await answers.open(title);
  try {
    return await write((soFar) => {
      text = soFar;
      show([]);
    });
  } catch (error) {
    show([isCancelled(error) ? vscode.l10n.t('Stopped.') : sentenceOf(error)]);
    throw error;
  }
}

type Asking = {
  readonly engine: EngineHost;
  readonly signal: AbortSignal;
  /** Of an answer that is not complete yet. */
  readonly onText: (text: string) => void;
};

async function answerTo(
  task: Task,
  { values, form }: { readonly values: TaskValues; readonly form: TableForm | 'none' },
  asking: Asking,
): Promise<Pick<Delivery, 'text' | 'notes' | 'form'>> {
  if (task.answer === 'label') return { ...(await chooseLabel(task, values, asking)), form };
  const { engine, signal, onText } = asking;
  const generated = await engine.generate(taskRequest(task, values, newSeed()), {
    signal,
    onProgress: ({ text }) => onText(readAnswer(text, task.answer)),
  });
  const text = checkAnswer(readAnswer(generated.text, task.answer));
  const notes = notesOn(generated, task).map(inWords);
  if (form === 'none' || !isTableForm(task.answer)) return { text, notes, form };
  const { convertTable } = await import('../../tasks/table.ts');
  const table = convertTable(text, task.answer, form);
  if ('text' in table) return { text: table.text, notes, form };
  return { text, notes: [inWords(table.problem), ...notes], form: 'none' };
}

/** Where there is room for it, with how sure the model is of each label. */
async function chooseLabel(
  task: Task,
  values: TaskValues,
  { engine, signal }: Asking,
): Promise<Pick<Delivery, 'text' | 'notes'>> {
  const scored = await engine.scoreContinuations(labelsRequest(task, values), { signal });
  const found = shares(values.labels, scored.logProbabilities);
  const best = found[0]?.label ?? '';
  const lines = found.map(({ label, share }) => `- ${label}: ${(share * 100).toFixed(1)} %`);
  return {
    text: task.output === 'view' ? `${best}\n\n${lines.join('\n')}` : best,
    notes: cutNotes(scored.cutTokens, task.cut).map(inWords),
  };
}

function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function lastOf(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > SHOWN_CHARACTERS ? `…${line.slice(-SHOWN_CHARACTERS)}` : line;
}
