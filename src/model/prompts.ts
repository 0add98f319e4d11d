/** The scaffolds that a model was trained on: how a task must be put so that it answers. */
import type { Fields } from '../base/fields.ts';
import { say } from '../base/sentence.ts';

export type Prompts = {
  readonly explain?: ExplainPrompt;
  readonly sql?: SqlPrompt;
  /**
   * The other tasks that the model was made for, by the id of their file. Absent in a model that does not say, as
   * all did once.
   */
  readonly tasks?: Readonly<Record<string, TaskPrompt>>;
};

export type TaskPrompt = {
  /** In place of the template of the task's file. */
  readonly template?: string;
};

export type ExplainPrompt = {
  /** Holds `{code}` once. */
  readonly template: string;
  /** Begins each line of the answer, and is taken off again. */
  readonly linePrefix: string;
};

export type SqlPrompt = {
  /** Holds `{schema}` and `{question}` once each. */
  readonly template: string;
};

/** The scaffolds that the starter learned, and a fair guess for a model that was trained on plain code. */
export const DEFAULT_PROMPTS: Prompts = {
  explain: { template: '{code}\n\n# Explain the code above.\n# ', linePrefix: '# ' },
  sql: { template: '{schema}\n\n-- {question}\n' },
};

export function parsePrompts(fields: Fields): Prompts {
  const explain = fields.has('explain') ? fields.object('explain') : undefined;
  const sql = fields.has('sql') ? fields.object('sql') : undefined;
  return {
    ...(explain && {
      explain: { template: parseTemplate(explain, ['code']), linePrefix: explain.string('linePrefix') },
    }),
    ...(sql && { sql: { template: parseTemplate(sql, ['schema', 'question']) } }),
    ...(fields.has('tasks') && { tasks: parseTaskPrompts(fields.object('tasks')) }),
  };
}

/** Ids come from a file: `Object.fromEntries` makes even __proto__ a key like any other. */
function parseTaskPrompts(fields: Fields): Record<string, TaskPrompt> {
  return Object.fromEntries(
    fields.keys().map((id) => {
      const prompt = fields.object(id);
      return [id, prompt.has('template') ? { template: prompt.string('template') } : {}];
    }),
  );
}

/** A template must hold each of its places once, or what the user asks would not reach the model. */
function parseTemplate(fields: Fields, places: readonly string[]): string {
  const template = fields.string('template');
  const wrong = places.find((place) => template.split(`{${place}}`).length !== 2);
  return wrong === undefined ? template : fields.fail('template', say`a text that holds {${wrong}} once`);
}

/** Fills a template's places. `$` in a value means nothing special. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : place,
  );
}
