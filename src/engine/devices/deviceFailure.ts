/** What the runtime says when a device fails, as a sentence. */
import { say, type Sentence } from '../../base/sentence.ts';
import { UserError } from '../../base/userError.ts';

/** In the order in which they are looked for. Patterns of the runtime's, Dawn's, CUDA's and DirectML's messages. */
const REASONS: readonly (readonly [RegExp, Sentence])[] = [
  [
    /adapter|no supported|not found|not available|failed to load|cannot open shared/i,
    say`there is no such device, or no driver for it`,
  ],
  [
    /out of memory|outofmemory|out_of_memory|alloc|exceeds? .*(?:limit|size)|too large/i,
    say`the model does not fit into its memory`,
  ],
  [/lost|hung|removed|reset/i, say`the device was lost`],
];

export function deviceFailure(message: string): UserError {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(message)) ?? [];
  return new UserError('device', reason ?? say`it failed`, message);
}
