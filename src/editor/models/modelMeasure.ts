/** How fast the chosen model writes here, token by token, on what it runs on now. */
import * as vscode from 'vscode';
import { median } from '../../base/median.ts';
import type { EngineHost } from '../../client/engineHost.ts';
import { GREEDY, type GenerateRequest, type ModelSummary } from '../../model/generation.ts';
import type { ListedModel } from '../../model/modelList.ts';
import type { MeasuredSpeed, ModelSpeeds } from '../../model/modelSpeeds.ts';
import { inTokens } from './modelItem.ts';
import { runWithModel } from './modelProgress.ts';

const N_RUNS = 3;
const PROMPT_TOKENS = 64;
const ANSWER_TOKENS = 24;
/** Ids of whole words, in every vocabulary. */
const FIRST_ID = 1000;

export type Measuring = { readonly engine: EngineHost; readonly speeds: ModelSpeeds };

export async function measure(model: ListedModel, { engine, speeds }: Measuring): Promise<void> {
  const { content } = model;
  if (content.kind === 'damaged') throw content.error;
  const speed = await runWithModel(model, vscode.l10n.t('Measuring {0}', content.name), (signal) =>
    measureSpeed(engine, signal),
  );
  await speeds.record(content.id, speed);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} writes {1} tokens/s on {2}.', content.name, inTokens(speed), speed.hardware),
  );
}

async function measureSpeed(engine: EngineHost, signal: AbortSignal): Promise<MeasuredSpeed> {
  const { nPositions, hardware } = await engine.ready();
  const rates: number[] = [];
  for (let run = 0; run < N_RUNS; run++) {
    const { ids, ms } = await engine.generate(requestOf(nPositions, run), { signal });
    rates.push(((ids.length - 1) / ms.decode) * 1000);
  }
  return { tokensPerSecond: median(rates), hardware, atMs: Date.now() };
}

/** Another prompt in every run, so that no cache helps; nothing is drafted, since every step is to be paid for. */
function requestOf(nPositions: ModelSummary['nPositions'], run: number): GenerateRequest {
  const nPrompt = Math.min(PROMPT_TOKENS, nPositions >> 1);
  return {
    prompt: { kind: 'ids', ids: Array.from({ length: nPrompt }, (_, index) => FIRST_ID * run + index) },
    maxTokens: Math.min(ANSWER_TOKENS, nPositions - nPrompt),
    sampling: GREEDY,
    stop: [],
    priority: 'task',
    ignoreEndOfText: true,
    drafting: false,
  };
}
