/** Every command, in one table. What goes wrong in one is told in a sentence; the log has the rest. */
import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { isCancelled, messageOf, UserError } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import type { Feedback } from '../completion/feedback.ts';
import type { ModelHold } from '../client/modelHold.ts';
import type { CudaSupport } from './cudaInstall.ts';
import type { DecisionView } from './decisionView.ts';
import type { Explanations } from './explanation.ts';
import { showFirstSuggestion } from './firstSuggestion.ts';
import type { HubLoader } from './hubLoader.ts';
import type { ModelsLoader } from './modelsLoader.ts';
import { takeOverModel } from './modelTakeOver.ts';
import { isHeldElsewhere, showError } from './notices.ts';
import { isLanguageOn, readSettings, writeSetting } from './settings.ts';
import type { SqlSupport } from './sql/sqlSupport.ts';
import type { TaskLoader } from './taskLoader.ts';

export type CommandContext = {
  readonly cuda: CudaSupport;
  readonly decisionView: DecisionView;
  readonly engine: EngineHost;
  readonly explanations: Explanations;
  readonly feedback: Feedback;
  readonly hold: ModelHold;
  readonly hub: HubLoader;
  readonly log: Logger & { show(): void };
  readonly models: ModelsLoader;
  readonly sql: SqlSupport;
  /** Of the model that the settings name, where it is large. */
  readonly largeModelName: () => Promise<string | undefined>;
  readonly modelLanguages: () => Promise<readonly string[]>;
  readonly tasks: TaskLoader;
  /** State, model, device, speed. */
  readonly status: () => string;
};

export const MENU_COMMAND = 'gptj.menu';

export function registerCommands(context: CommandContext): vscode.Disposable[] {
  const { cuda, decisionView, engine, explanations, feedback, log, models, sql } = context;
  const commands: Readonly<Record<string, (...args: unknown[]) => Promise<void> | void>> = {
    [MENU_COMMAND]: () => showMenu(context),
    'gptj.explain': whenOn((...at) => explanations.explain(...at)),
    'gptj.insertDocstring': (index) => explanations.insert('docstring', index),
    'gptj.insertComment': (index) => explanations.insert('comment', index),
    'gptj.commentToSql': whenOn(() => sql.translation.translate()),
    'gptj.nextSql': () => sql.translation.next(),
    'gptj.pickSchema': () => sql.source.pick(),
    'gptj.runSql': () => sql.runs.run(),
    'gptj.runTask': whenOn(() => context.tasks.runTask()),
    'gptj.chat': () => context.tasks.openChat(),
    'gptj.restart': () => restart(engine),
    'gptj.takeOver': () => takeOver(context),
    'gptj.toggle': () => writeSetting('enabled', !readSettings().enabled),
    'gptj.toggleLanguage': () => toggleLanguage(context),
    'gptj.getModel': () => context.hub.getModel(),
    'gptj.setHubToken': () => context.hub.setToken(),
    'gptj.importModel': () => models.run('importFolder'),
    'gptj.showModels': () => models.show(),
    'gptj.switchModel': (model) => models.run('switchTo', model),
    'gptj.measureModel': () => models.run('measure'),
    'gptj.verifyModel': (model) => models.run('verify', model),
    'gptj.removeModel': (model) => models.run('remove', model),
    'gptj.refreshModels': () => models.refresh(),
    'gptj.installCuda': () => cuda.install(),
    'gptj.showLog': () => log.show(),
    'gptj.whyNothing': () => decisionView.show(),
    'gptj.showFirstSuggestion': whenOn(() => showFirstSuggestion()),
    'gptj.forgetLearned': () => forgetLearned(feedback),
  };
  return Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      const startMs = performance.now();
      try {
        await run(...args);
        log.info(`${id}: done after ${(performance.now() - startMs).toFixed(0)} ms`);
      } catch (error) {
        if (isCancelled(error)) return;
        const line = `${id}: ${messageOf(error)} ${error instanceof UserError ? (error.detail ?? '') : ''}`;
        if (error instanceof UserError && error.code === 'bad-argument') log.info(line);
        else log.error(line);
        void showError(error);
      }
    }),
  );
}

/** Off means that nothing is loaded, for a command either. */
function whenOn(run: (...args: unknown[]) => Promise<void>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    if (!readSettings().enabled) {
      throw new UserError(
        'bad-argument',
        vscode.l10n.t('GPT-J is switched off. Switch it on with "GPT-J: Switch On or Off".'),
      );
    }
    await run(...args);
  };
}

/** The language of the document that is being edited; an output panel is none. */
function activeLanguage(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === 'output' ? undefined : document?.languageId;
}

async function restart(engine: EngineHost): Promise<void> {
  if (!readSettings().enabled) await writeSetting('enabled', true);
  await engine.restart();
}

async function takeOver({ engine, hold, largeModelName }: CommandContext): Promise<void> {
  if (engine.state.kind === 'ready') {
    void vscode.window.showInformationMessage(vscode.l10n.t('The model runs in this window already.'));
    return;
  }
  await takeOverModel({ hold, modelName: await largeModelName(), restart: () => restart(engine) });
}

function forgetLearned(feedback: Feedback): void {
  feedback.reset();
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'How sure GPT-J must be before it suggests something is as it was at first, in every language.',
    ),
  );
}

async function toggleLanguage({ modelLanguages }: CommandContext): Promise<void> {
  const languageId = activeLanguage();
  if (languageId === undefined)
    throw new UserError('bad-argument', vscode.l10n.t('Open a file of the language first.'));
  const settings = readSettings();
  const isOn = isLanguageOn(languageId, settings, await modelLanguages());
  await writeSetting('languages', { ...settings.languages, [languageId]: !isOn });
}

async function showMenu({ engine, modelLanguages, status }: CommandContext): Promise<void> {
  const settings = readSettings();
  const languageId = activeLanguage();
  const { state } = engine;
  const entries = [
    ...(state.kind === 'failed' && isHeldElsewhere(state.error)
      ? [{ label: vscode.l10n.t('Use the model in this window'), command: 'gptj.takeOver' }]
      : []),
    {
      label: settings.enabled ? vscode.l10n.t('Switch off') : vscode.l10n.t('Switch on'),
      command: 'gptj.toggle',
    },
    ...(languageId === undefined
      ? []
      : [
          {
            label: isLanguageOn(languageId, settings, await modelLanguages())
              ? vscode.l10n.t('Switch off for {0}', languageId)
              : vscode.l10n.t('Switch on for {0}', languageId),
            command: 'gptj.toggleLanguage',
          },
        ]),
    { label: vscode.l10n.t('Run a task…'), command: 'gptj.runTask' },
    { label: vscode.l10n.t('Chat'), command: 'gptj.chat' },
    { label: vscode.l10n.t('Why was nothing shown?'), command: 'gptj.whyNothing' },
    { label: vscode.l10n.t('Restart'), command: 'gptj.restart' },
    { label: vscode.l10n.t('Get a model…'), command: 'gptj.getModel' },
    { label: vscode.l10n.t('Models'), command: 'gptj.showModels' },
    { label: vscode.l10n.t('Import a model…'), command: 'gptj.importModel' },
    { label: vscode.l10n.t('Show the log'), command: 'gptj.showLog' },
  ];
  const picked = await vscode.window.showQuickPick(entries, {
    title: `GPT-J Code: ${status().replaceAll('\n', ', ')}`,
  });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
