import { describe, expect, it } from 'vitest';
import { cancelled, UserError } from '../../../../src/base/userError.ts';
import { Conversation } from '../../../../src/editor/chat/conversation.ts';
import { parseFromPage } from '../../../../src/editor/chat/messages.ts';
import type { Generated, GenerateRequest, ModelSummary } from '../../../../src/model/generation.ts';
import { readTaskFile } from '../../../../src/tasks/taskFile.ts';

const TASK = readTaskFile(
  '---\nid: chat\ntitle: Chat\ninput: typed\noutput: view\n---\n{{history}}Q: {{input}}\nA:',
).task!;

type Answering = {
  readonly request: GenerateRequest;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
  readonly end: (text: string, more?: Partial<Generated>) => void;
  readonly fail: (error: unknown) => void;
};

/** A conversation whose model says what the test says. */
function conversing(
  ready: () => Promise<ModelSummary> = () => Promise.resolve({ prompts: {} } as ModelSummary),
) {
  const asked: Answering[] = [];
  const conversation = new Conversation({
    task: () => Promise.resolve(TASK),
    ready,
    seed: () => 1,
    onChange: () => undefined,
    generate: (request, { signal, onProgress }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(cancelled()));
        asked.push({
          ...{ request, signal, fail: reject },
          tell: (text) => onProgress({ text, logProbabilities: [], tokenEnds: [] }),
          end: (text, more = {}) => resolve({ text, stopReason: 'rule', ...more } as Generated),
        });
      }),
  });
  const next = async () => {
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    return asked.shift()!;
  };
  return { conversation, next };
}

describe('a conversation', () => {
  it('grows, and goes on from what was said', async () => {
    const { conversation, next } = conversing();
    const first = conversation.ask(' One? ');
    const model = await next();
    model.tell(' Y');
    expect(conversation.growing).toEqual({ question: 'One?', answer: 'Y' });
    model.end(' Yes. ');
    await first;
    expect(conversation.spoken).toEqual([
      { question: 'One?', answer: 'Yes.', droppedTurns: 0, end: 'complete' },
    ]);
    void conversation.ask('Two?');
    expect((await next()).request.prompt).toMatchObject({ turns: ['Q: One?\nA: Yes.'] });
  });

  it('keeps what was written before it was stopped', async () => {
    const { conversation, next } = conversing();
    const asking = conversation.ask('One?');
    (await next()).tell(' Partly');
    conversation.stop();
    await asking;
    expect(conversation.spoken).toMatchObject([{ answer: 'Partly', end: 'stopped' }]);
  });

  it('tells what went wrong, and does not remember it', async () => {
    const { conversation, next } = conversing();
    const failing = conversation.ask('One?');
    (await next()).fail(new UserError('too-long', 'Too long.'));
    await failing;
    expect(conversation.spoken).toMatchObject([{ answer: '', end: 'failed', error: { code: 'too-long' } }]);
    void conversation.ask('Two?');
    expect((await next()).request.prompt).toMatchObject({ turns: [] });

    const { conversation: without } = conversing(() => Promise.reject(new Error('none')));
    await without.ask('One?');
    expect(without.spoken).toMatchObject([{ end: 'failed', error: { code: 'internal' } }]);
  });

  it('answers a question that is longer than any window with what to do, and keeps it', async () => {
    const { conversation } = conversing();
    const question = 'x'.repeat(20_001);
    await conversation.ask(question);
    expect(conversation.spoken).toMatchObject([{ question, end: 'failed', error: { code: 'too-long' } }]);
  });

  it('says where an answer found no end, and how much the model did not see', async () => {
    const { conversation, next } = conversing();
    const asking = conversation.ask('One?');
    (await next()).end('On and on', { stopReason: 'length', droppedTurns: 2 });
    await asking;
    expect(conversation.spoken).toMatchObject([{ end: 'too-long', droppedTurns: 2 }]);
  });

  it('has one question at a time, and none that is empty', async () => {
    const { conversation, next } = conversing();
    await conversation.ask('  ');
    expect(conversation.growing).toBeUndefined();
    void conversation.ask('One?');
    await conversation.ask('Two?');
    expect(conversation.growing?.question).toBe('One?');
    (await next()).end('x');
  });

  it('cleared in the middle of an answer stays empty', async () => {
    const { conversation, next } = conversing();
    const asking = conversation.ask('One?');
    const { signal } = await next();
    conversation.clear();
    await asking;
    expect(signal.aborted).toBe(true);
    expect([conversation.spoken, conversation.growing]).toEqual([[], undefined]);
  });
});

it.each([
  [{ kind: 'ask', text: 'x' }, true],
  [{ kind: 'ask' }, false],
  [{ kind: 'copy', index: 0 }, true],
  [{ kind: 'insert', index: -1 }, false],
  [{ kind: 'copy', index: 'length' }, false],
  [{ kind: 'stop' }, true],
  [{ kind: 'run', text: 'rm' }, false],
  ['ready', false],
  [null, false],
])('a message of the page is looked at: %j', (message, isGood) => {
  expect(parseFromPage(message) !== undefined).toBe(isGood);
});
