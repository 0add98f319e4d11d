/**
 * A sentence for the user with its values apart, so that it can be said in another language after it has crossed a
 * thread: say`${file} has ${size} bytes` is the template "{0} has {1} bytes" and two values.
 */
export type Sentence = { readonly template: string; readonly values: readonly SentenceValue[] };
export type SentenceValue = string | number | boolean | undefined | Sentence;

export function say(texts: TemplateStringsArray, ...values: readonly SentenceValue[]): Sentence {
  const template = texts.map((text, index) => (index === 0 ? text : `{${index - 1}}${text}`)).join('');
  return { template, values };
}

/** The sentence in words. `translate` looks a template up in another language. */
export function spell(
  sentence: Sentence | string,
  translate: (template: string) => string = (template) => template,
): string {
  if (typeof sentence === 'string') return translate(sentence);
  const words = sentence.values.map((value) =>
    typeof value === 'object' ? spell(value, translate) : String(value),
  );
  return translate(sentence.template).replace(
    /\{(\d+)\}/g,
    (place, index: string) => words[Number(index)] ?? place,
  );
}
