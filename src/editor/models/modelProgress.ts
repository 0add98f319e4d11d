/** Says that something is done with a model, in the place that fits the time it takes. */
import * as vscode from 'vscode';
import { LARGE_BYTES } from '../../client/modelHold.ts';
import type { ListedModel } from '../../model/modelList.ts';
import { runTask } from '../runTask.ts';

/** With a small model it is over at once: a notification would come and go, and cover the one with the result. */
export async function runWithModel<T>(
  { content }: ListedModel,
  title: string,
  run: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  if (content.kind === 'whole' && content.demand.weightsBytes > LARGE_BYTES) return runTask(title, run);
  const options = { location: vscode.ProgressLocation.Window, title };
  return vscode.window.withProgress(options, (progress) =>
    run(new AbortController().signal, (message) => progress.report({ message })),
  );
}
