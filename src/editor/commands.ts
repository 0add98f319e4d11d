/** Every command, in one table. What goes wrong in one is told in a sentence; the log has the rest. */
import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import { isCancelled, messageOf, UserError } from '../base/userError.ts';
import type { EngineHost } from '../client/engineHost.ts';
import type { Explanations } from './explanation.ts';
import type { ModelImports } from './modelImport.ts';
import { sentenceOf } from './sentences.ts';
import { isLanguageOn, readSettings, writeSetting } from './settings.ts';
import { translateComment } from './sqlTranslation.ts';

export type CommandContext = {
  readonly engine: EngineHost;
  readonly explanations: Explanations;
  readonly imports: ModelImports;
  readonly log: Logger & { show(): void };
  readonly modelLanguages: () => Promise<readonly string[]>;
  /** State, model, device, speed. */
  readonly status: () => string;
};

export const MENU_COMMAND = 'gptj.menu';

export function registerCommands(context: CommandContext): vscode.Disposable[] {
  const { engine, explanations, imports, log } = context;
  const commands: Readonly<Record<string, () => Promise<void> | void>> = {
    [MENU_COMMAND]: () => showMenu(context),
    'gptj.explain': () => explanations.explainSelection(),
    'gptj.commentToSql': () => translateComment(engine),
    'gptj.restart': () => restart(engine),
    'gptj.toggle': () => writeSetting('enabled', !readSettings().enabled),
    'gptj.toggleLanguage': () => toggleLanguage(context),
    'gptj.importModel': () => imports.importFolder(),
    'gptj.showLog': () => log.show(),
  };
  return Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async () => {
      try {
        await run();
      } catch (error) {
        if (isCancelled(error)) return;
        log.error(`${id}: ${messageOf(error)} ${error instanceof UserError ? (error.detail ?? '') : ''}`);
        void vscode.window.showErrorMessage(sentenceOf(error));
      }
    }),
  );
}

async function restart(engine: EngineHost): Promise<void> {
  if (!readSettings().enabled) await writeSetting('enabled', true);
  await engine.restart();
}

async function toggleLanguage({ modelLanguages }: CommandContext): Promise<void> {
  const languageId = vscode.window.activeTextEditor?.document.languageId;
  if (languageId === undefined)
    throw new UserError('bad-argument', vscode.l10n.t('Open a file of the language first.'));
  const settings = readSettings();
  const isOn = isLanguageOn(languageId, settings, await modelLanguages());
  await writeSetting('languages', { ...settings.languages, [languageId]: !isOn });
}

async function showMenu({ modelLanguages, status }: CommandContext): Promise<void> {
  const settings = readSettings();
  const languageId = vscode.window.activeTextEditor?.document.languageId;
  const entries = [
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
    { label: vscode.l10n.t('Restart'), command: 'gptj.restart' },
    { label: vscode.l10n.t('Import a model…'), command: 'gptj.importModel' },
    { label: vscode.l10n.t('Show the log'), command: 'gptj.showLog' },
  ];
  const picked = await vscode.window.showQuickPick(entries, {
    title: `GPT-J Code: ${status().replaceAll('\n', ', ')}`,
  });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
