/** score: how well a model foresees files, as the mean loss per token. */
import { readFile } from 'node:fs/promises';
import { hasCode } from '../base/hasCode.ts';
import { UserError } from '../base/userError.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Command } from './command.ts';

export const scoreCommand: Command = {
  usage: '<files…> [--model <folder>] [--threads n] [--device d]',
  summary: 'Prints the mean loss per token (natural logarithm) of a model on files.',
  nPositionals: Infinity,
  options: { ...MODEL_OPTION, ...RUN_OPTIONS },
  run: async (args) => {
    args.positional(0, 'a file');
    const texts = await Promise.all(args.positionals.map((file) => readText(file)));
    const total = await withModel(args, async (client) => {
      let sum = { nats: 0, tokens: 0, unseen: 0 };
      for (const text of texts) {
        const { nats, tokens, unseen } = await client.call('score', { text });
        sum = { nats: sum.nats + nats, tokens: sum.tokens + tokens, unseen: sum.unseen + unseen };
      }
      return sum;
    });
    if (total.tokens === 0)
      throw new UserError('bad-argument', 'There is nothing to score: name files with some text.');
    const loss = total.nats / total.tokens;
    return {
      json: { loss, tokens: total.tokens, unseen: total.unseen },
      text: `${loss.toFixed(4)} nats a token over ${total.tokens} tokens`,
    };
  },
};

/** A file as text; that it is missing or none is the user's slip, not a crash. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown): never => {
    const why = hasCode(error, 'ENOENT') ? ': there is no such file' : '';
    throw new UserError('bad-argument', `${file} cannot be read${why}. Name a text file.`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(
      'bad-argument',
      `${file} is not text in UTF-8. Save it as UTF-8, or name another file.`,
    );
  }
}
