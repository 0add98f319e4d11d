/** A large model among the windows of this machine: "Use the Model in This Window", and giving it to another one. */
import * as vscode from 'vscode';
import type { Logger } from '../base/logger.ts';
import type { Asked, ModelHold } from '../client/modelHold.ts';
import { runTask } from './runTask.ts';

export type TakeOverOptions = {
  readonly hold: ModelHold;
  /** Of the model that this window is to run, as other windows will name it; undefined where it needs no hold. */
  readonly modelName: string | undefined;
  /** Starts the model here; a hold that it needs is taken by then. */
  readonly restart: () => Promise<unknown>;
};

/** Asks the window that has the model, and starts it here. Fails with what the user should know. */
export async function takeOverModel({ hold, modelName, restart }: TakeOverOptions): Promise<void> {
  if (modelName !== undefined) {
    const taken = await hold.take(modelName);
    if (taken.kind === 'elsewhere') {
      const title = vscode.l10n.t('Asking {0} for the model', nameOf(taken.holder));
      await runTask(title, (signal) => hold.takeOver(modelName, { signal }));
    }
  }
  await restart();
}

export type GivingUpOptions = {
  readonly hold: ModelHold;
  /** Ends the model, frees its memory and releases the hold. */
  readonly giveWay: () => Promise<void>;
  readonly log: Logger;
};

/** From now on this window gives its model up when another one asks for it, and says so. */
export function giveUpWhenAsked({ hold, giveWay, log }: GivingUpOptions): void {
  const giveUp = async (asked: Asked) => {
    log.info(asked.kind === 'asked' ? 'another window asks for the model' : 'another window has the model');
    await giveWay();
    void vscode.window.showInformationMessage(whatHappened(asked));
  };
  hold.onAsked((asked) => {
    giveUp(asked).catch((error: unknown) => log.error(`the model could not be given up: ${String(error)}`));
  });
}

function whatHappened(asked: Asked): string {
  return asked.kind === 'asked'
    ? vscode.l10n.t('The model runs in {0} now, as was asked there.', nameOf(asked))
    : vscode.l10n.t('The model runs in another window now, which took it while this one did not answer.');
}

function nameOf({ window }: { readonly window: string }): string {
  return window === '' ? vscode.l10n.t('another window') : vscode.l10n.t('the window "{0}"', window);
}
