/** generate: ids → the ids that follow, greedily. */
import { GREEDY } from '../model/generation.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Command } from './command.ts';

export const generateCommand: Command = {
  usage: '--ids 1,2,3 --max-tokens n [--model <folder>] [--threads n] [--device d]',
  summary: 'Continues token ids greedily.',
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, ids: { type: 'string' }, 'max-tokens': { type: 'string' } },
  run: async (args) => {
    const ids = args.ids('ids');
    const maxTokens = args.whole('max-tokens', { min: 1, max: 1_000_000 }) ?? 20;
    const prompt = { kind: 'ids', ids } as const;
    const generated = await withModel(args, (client) =>
      client.call('generate', { prompt, maxTokens, sampling: GREEDY, stop: [], priority: 'task' }),
    );
    return { json: { ids: generated.ids }, text: generated.ids.join(' ') };
  },
};
