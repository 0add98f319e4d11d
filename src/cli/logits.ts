/** logits: what the model expects after each of the given ids. */
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Command } from './command.ts';

/** Rows of logits are large, so few are returned at once. */
const CHUNK_TOKENS = 64;

export const logitsCommand: Command = {
  usage: '--ids 1,2,3 [--model <folder>] [--threads n] [--device d] [--chunk n]',
  summary: 'Prints the most likely next id per position, and the logits behind the last.',
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, ids: { type: 'string' }, chunk: { type: 'string' } },
  run: async (args) => {
    const ids = args.ids('ids');
    const chunkTokens = args.whole('chunk', { min: 1, max: 4096 }) ?? CHUNK_TOKENS;
    const { argmax, last } = await withModel(args, (client) => client.call('logits', { ids, chunkTokens }));
    return { json: { argmax, last: [...last] }, text: argmax.join(' ') };
  },
};
