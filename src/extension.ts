/** Entry of the extension: builds the objects, joins them, returns. Nothing is loaded before it is needed. */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from './base/clock.ts';
import { ModelClaim } from './client/modelClaim.ts';
import { ModelHold } from './client/modelHold.ts';
import { ModelUses } from './client/modelUses.ts';
import { RestingEngine } from './client/restingEngine.ts';
import { Completer } from './completion/completer.ts';
import type { CompletionModel } from './completion/completionModel.ts';
import { Feedback, type Thresholds } from './completion/feedback.ts';
import { Decisions } from './completion/decisions.ts';
import { Outlines } from './completion/outline.ts';
import { MENU_COMMAND, registerCommands } from './editor/commands.ts';
import { CudaSupport } from './editor/cudaInstall.ts';
import { DecisionView } from './editor/decisionView.ts';
import { ExplainLenses } from './editor/explainLenses.ts';
import { Explanations } from './editor/explanation.ts';
import { Gate, type GateOptions } from './editor/gate.ts';
import type { HubOptions } from './editor/hub/hubFeatures.ts';
import { HubLoader } from './editor/hubLoader.ts';
import { InlineCompletions, type InlineCompletionOptions } from './editor/inlineCompletions.ts';
import { Lifecycle } from './editor/lifecycle.ts';
import { ModelLanguages } from './editor/modelLanguages.ts';
import { ModelsLoader } from './editor/modelsLoader.ts';
import { giveUpWhenAsked } from './editor/modelTakeOver.ts';
import { showNotice } from './editor/notices.ts';
import { OtherLeads } from './editor/otherLeads.ts';
import { ReadingRules } from './editor/readingRules.ts';
import { affects, readSettings } from './editor/settings.ts';
import { SqlSupport } from './editor/sql/sqlSupport.ts';
import { StatusBar } from './editor/statusBar.ts';
import { TaskLoader } from './editor/taskLoader.ts';
import { Warming } from './editor/warming.ts';
import type { Generated } from './model/generation.ts';
import { StartLatch } from './model/startLatch.ts';

/** Settings that a loaded model has been loaded with. */
const LOADED_WITH = ['modelFolder', 'threads', 'device', 'isolation'] as const;

/** Where what was learned of suggestions is kept, on this machine alone. */
const LEARNED_KEY = 'thresholds';

let close: () => Promise<void> = () => Promise.resolve();

export function activate(context: vscode.ExtensionContext): void {
  const startMs = performance.now();
  const workerFile = context.asAbsolutePath(path.join('dist', 'worker.js'));
  const starter = context.asAbsolutePath(path.join('models', 'starter'));
  const storage = context.globalStorageUri.fsPath;
  const modelFolder = () => readSettings().modelFolder || starter;

  const log = vscode.window.createOutputChannel('GPT-J', { log: true });
  const statusBar = new StatusBar(MENU_COMMAND);
  const { hold, uses, claim } = claimsIn(storage);
  const engine = new RestingEngine({
    ...{ workerFile, latch: new StartLatch(storage), claim, log, clock: systemClock },
    loadOptions: () => {
      const { threads: nThreads, device } = readSettings();
      return { modelFolder: modelFolder(), nThreads, device, stateFolder: storage };
    },
    isolation: () => readSettings().isolation,
    idleMs: () => readSettings().unloadAfterMinutes * 60_000,
    onState: (state) => {
      statusBar.setState(state);
      models.refresh();
    },
    onAsleep: () => statusBar.setState({ kind: 'asleep' }),
    onNotice: (notice) => void showNotice(notice),
  });
  const feedback = keptFeedback(context.globalState);
  const completer = new Completer(generatorOf(engine), { feedback });
  const languages = new ModelLanguages(modelFolder);
  const modelLanguages = () => languages.read();
  const explanations = new Explanations(engine, log);
  const extensionFolder = context.extensionPath;
  const readingRules = new ReadingRules();
  const sql = new SqlSupport({ engine, extensionFolder, memory: context.workspaceState, readingRules });
  const cuda = new CudaSupport({ extensionFolder, storage, log });
  const modelsFolder = path.join(storage, 'models');
  const models = new ModelsLoader({ engine, uses, workerFile, starter, modelsFolder, storage });
  const hub = hubOf(context, models, { workerFile, modelsFolder, log });
  const tasks = new TaskLoader({ engine, modelsFolder, extensionFolder: context.extensionUri });
  const { decisionView, warming, ...completions } = joinCompletions({
    ...{ engine, completer, log, modelLanguages, readingRules },
    onGenerated: (generated: Generated) => statusBar.record(generated),
    otherLeads: new OtherLeads(context.globalState),
  });
  const lifecycle = new Lifecycle({ engine, statusBar, modelLanguages, onReady: () => void warming.warm() });

  context.subscriptions.push(
    ...[log, statusBar, readingRules, decisionView, explanations, sql, lifecycle, models, tasks],
    ...completions.owned,
    ...registerCommands({
      ...{ cuda, decisionView, engine, explanations, feedback, hold, hub, log, modelLanguages, models, sql },
      ...{ tasks, status: () => statusBar.detail, largeModelName: () => claim.nameOfLarge(modelFolder()) },
    }),
    followSettings({ completer, engine, languages, lifecycle, models }),
  );
  close = () => Promise.all([engine.close(), models.close(), hub.close()]).then(() => claim.release());
  giveUpWhenAsked({ hold, giveWay: () => engine.giveWay(), log });
  void cuda.link();
  lifecycle.begin();
  log.info(`activated in ${(performance.now() - startMs).toFixed(1)} ms`);
}

function hubOf(
  { globalStorageUri, secrets, globalState: memory }: vscode.ExtensionContext,
  models: ModelsLoader,
  parts: Pick<HubOptions, 'workerFile' | 'modelsFolder' | 'log'>,
): HubLoader {
  const downloadsFolder = path.join(globalStorageUri.fsPath, 'downloads');
  return new HubLoader({ ...parts, downloadsFolder, secrets, memory, onImported: () => models.refresh() });
}

function generatorOf(engine: RestingEngine): CompletionModel {
  return { generate: (request, signal, onProgress) => engine.generate(request, { signal, onProgress }) };
}

/** What this window tells the others of the models that it has. */
function claimsIn(storage: string) {
  const window = vscode.workspace.name ?? '';
  // Memory is the machine's, and the storage may lie on a disk that several machines share.
  const hold = new ModelHold(path.join(storage, 'hold', os.hostname()), window);
  const uses = new ModelUses(path.join(storage, 'uses'), window);
  return { hold, uses, claim: new ModelClaim(hold, { uses }) };
}

function keptFeedback(memory: vscode.Memento): Feedback {
  return new Feedback(
    memory.get<Thresholds>(LEARNED_KEY, {}),
    (thresholds) => void memory.update(LEARNED_KEY, thresholds),
  );
}

type Followers = {
  readonly completer: Completer;
  readonly engine: RestingEngine;
  readonly languages: ModelLanguages;
  readonly lifecycle: Lifecycle;
  readonly models: ModelsLoader;
};

/** What has to happen when a setting changes; most are read whenever they are needed. */
function followSettings({ completer, engine, languages, lifecycle, models }: Followers): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (affects(event, 'modelFolder')) {
      completer.clear();
      languages.forget();
      models.refresh();
    }
    if (affects(event, 'unloadAfterMinutes')) engine.idleTimeChanged();
    if (affects(event, ...LOADED_WITH, 'enabled', 'languages')) {
      void lifecycle.settingsChanged(affects(event, ...LOADED_WITH));
    }
  });
}

type CompletionParts = Pick<InlineCompletionOptions, 'engine' | 'completer' | 'log' | 'onGenerated'> &
  GateOptions;

/** Everything between the editor's request and the model. */
function joinCompletions({ modelLanguages, otherLeads, readingRules, ...parts }: CompletionParts) {
  const decisions = new Decisions();
  const gate = new Gate({ otherLeads, readingRules, modelLanguages });
  const outlines = new Outlines();
  const provider = new InlineCompletions({ ...parts, decisions, gate, outlines });
  const warming = new Warming({ ...parts, gate, outlines });
  const lenses = new ExplainLenses(readingRules);
  return {
    decisionView: new DecisionView(decisions),
    warming,
    owned: [provider, lenses, warming],
  };
}

/** VS Code waits some seconds for this: the engine ends after the native call that it is in. */
export async function deactivate(): Promise<void> {
  await close();
}
