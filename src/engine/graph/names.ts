/** Names of the graphs' inputs and outputs, for whoever runs them. */
export const graphNames = {
  /** int32 `[1, T]` */
  ids: 'ids',
  /** int32 `[R]`: rows, of the T, whose logits are wanted. */
  rows: 'rows',
  /** float32 `[1, R, vocabularySize]` */
  logits: 'logits',
  /** float32 `[1, R]`: ln of the sum of e^logit over the known ids. */
  logSumExp: 'logSumExp',
  /** Keys and values of the tokens before: what shape, the kind of attention says. */
  pastKeys: (layerIndex: number) => `past.${layerIndex}.keys`,
  pastValues: (layerIndex: number) => `past.${layerIndex}.values`,
} as const;
