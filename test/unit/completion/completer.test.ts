import { describe, expect, it } from 'vitest';
import { Completer } from '../../../src/completion/completer.ts';
import { extentOf } from '../../../src/completion/extent.ts';
import type { Snapshot } from '../../../src/completion/snapshot.ts';
import { refusalOf } from '../../../src/completion/trigger.ts';
import type { Generated, GenerateRequest } from '../../../src/model/generation.ts';
import { snapshotAt } from '../../support/drawing.ts';
import { held, said } from '../../support/heldModel.ts';

const SIGNAL = new AbortController().signal;

/** A model that says what it is told to, and what it was asked. */
function scripted(...answers: string[]): { completer: Completer; asked: GenerateRequest[] } {
  const asked: GenerateRequest[] = [];
  const generate = (request: GenerateRequest): Promise<Generated> => {
    asked.push(request);
    const text = answers[asked.length - 1];
    return text === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(said(text));
  };
  return { completer: new Completer({ generate }, { ahead: false }), asked };
}

describe('where nothing is asked', () => {
  it.each([
    ['│', 'empty document'],
    ['\n  │\n', 'empty document'],
    ['x = va│lue', 'inside a word'],
    ['x = naï│ve', 'inside a word'],
    ['f(│a)', 'text follows on the line'],
    ['x = │ + 1', 'text follows on the line'],
    [`${'x'.repeat(1_001)}│`, 'very long line'],
    [`a│${' '.repeat(1_100)}`, 'very long line'],
    ['x│', undefined],
    ['f(a│)', undefined],
    ['f("│");', undefined],
    ['x = [│],', undefined],
    ['if x:\n    │\n', undefined],
  ])('%j', async (drawing, reason) => {
    expect(refusalOf(snapshotAt(drawing))).toBe(reason);
    const { completer, asked } = scripted();
    if (reason === undefined) return;
    expect(await completer.complete(snapshotAt(drawing), SIGNAL)).toEqual({ kind: 'nothing', reason });
    expect(asked).toEqual([]);
  });
});

describe('how far a completion may go', () => {
  it.each([
    ['x = │', 'line'],
    ['f(│)', 'line'],
    ['if x: │', 'block'],
    ['  for (;;) {│', 'block'],
    ['{│}', 'line'],
    ['def f():\n    │', 'block'],
    ['x = 1\n│', 'block'],
  ])('%j: a %s', (drawing, kind) => {
    expect(extentOf(snapshotAt(drawing)).kind).toBe(kind);
  });

  it('a block ends where it is indented less than what it is to hold', () => {
    const dedent = (drawing: string) =>
      extentOf(snapshotAt(drawing)).stop.find((rule) => rule.kind === 'dedent')?.columns;
    expect(['x\n│', 'if x:\n    │', '    if x:│', '\tif x:\n\t\t│'].map(dedent)).toEqual([0, 4, 5, 2]);
  });
});

describe('what is known already', () => {
  const offered = async (completer: Completer, drawing: string | Snapshot) => {
    const snapshot = typeof drawing === 'string' ? snapshotAt(drawing) : drawing;
    const outcome = await completer.complete(snapshot, SIGNAL);
    return outcome.kind === 'offer' ? [outcome.text, outcome.source] : outcome.reason;
  };

  it('is offered while it is typed along, when it is gone back to, and not where something else is typed', async () => {
    const { completer, asked } = scripted('urn value + 1', 'here', 'other');
    expect(await offered(completer, 'ret│\n')).toEqual(['urn value + 1', 'model']);
    expect(await offered(completer, 'retu│\n')).toEqual(['rn value + 1', 'display']);
    expect(await offered(completer, 'return value│\n')).toEqual([' + 1', 'display']);
    expect(await offered(completer, 'ret│\n')).toEqual(['urn value + 1', 'display']);
    await offered(completer, 'elsewhere │');
    expect(await offered(completer, 'ret│\n')).toEqual(['urn value + 1', 'cache']);
    expect(asked).toHaveLength(2);
    expect(await offered(completer, 'retr│\n')).toEqual(['other', 'model']);
  });

  it('is not offered when all of it is typed', async () => {
    const { completer } = scripted('ab', 'more');
    await offered(completer, 'x = │');
    expect(await offered(completer, 'x = ab│')).toEqual(['more', 'model']);
  });

  it.each([
    ['in another file', { ...snapshotAt('x = │'), uri: 'file:///b' }],
    ['where something else follows', snapshotAt('x = │\ny = 2')],
    ['where something else stands before', snapshotAt('# no\nx = │')],
  ])('is not offered %s', async (_, elsewhere) => {
    const { completer } = scripted('first', 'second');
    await offered(completer, 'x = │');
    expect(await offered(completer, elsewhere)).toEqual(['second', 'model']);
  });

  it('is forgotten with its model', async () => {
    const { completer } = scripted('first', 'second');
    await offered(completer, 'x = │');
    completer.clear();
    expect(completer.known(snapshotAt('x = │'))).toBeUndefined();
  });

  it('is what was offered last', async () => {
    const { completer } = scripted('one', 'two');
    await offered(completer, 'x│');
    completer.clear();
    await offered(completer, 'x│');
    expect(completer.known(snapshotAt('x│'))).toMatchObject({ text: 'two' });
  });
});

describe('what is asked and offered', () => {
  it('asks with all that stands before the cursor, healed, and greedily', async () => {
    const { completer, asked } = scripted('1');
    await completer.complete(snapshotAt('a = 0\nx = │\n'), SIGNAL);
    expect(asked[0]).toMatchObject({
      prompt: { kind: 'file', start: 0, body: 'a = 0\nx = ' },
      sampling: { kind: 'greedy' },
      priority: 'completion',
    });
  });

  it.each([
    ['x│', ' = 1\nsecond line', ' = 1', ''],
    ['f(│)', 'a, b)', 'a, b', ''],
    ['x = │', '   ', '', 'the model had nothing to add'],
    ['x = │', '', '', 'the model had nothing to add'],
    ['x = │', '\nfoo', '', 'keepToLine'],
    ['\nx = value\n│\n', 'x = value', '', 'cutRepetition'],
    ['import a\n│\nx = value\n', 'x = value', '', 'dropRepeatOfFollowing'],
    ['f(│)', ')', '', 'removeClosedBrackets'],
    ['f(x│', ')', '', 'dropUseless'],
  ])('%j and %j', async (drawing, answer, text, reason) => {
    const outcome = await scripted(answer).completer.complete(snapshotAt(drawing), SIGNAL);
    expect(outcome.generated?.text).toBe(answer);
    expect(outcome).toMatchObject(
      text === '' ? { kind: 'nothing', reason } : { kind: 'offer', text, source: 'model' },
    );
  });

  it('hands on a failure of the model, and remembers nothing of it', async () => {
    const { completer } = scripted();
    await expect(completer.complete(snapshotAt('x = │'), SIGNAL)).rejects.toThrow('asked too often');
    expect(completer.known(snapshotAt('x = │'))).toBeUndefined();
  });
});

describe('a generation belongs to no keystroke', () => {
  it('goes on while what is typed agrees, and answers whoever waits', async () => {
    const { completer, asked, ask } = held();
    const keystroke = new AbortController();
    const first = ask('x = │', keystroke.signal);
    keystroke.abort();
    await expect(first).rejects.toThrow('Cancelled.');
    expect(asked[0]?.signal.aborted).toBe(false);
    expect(completer.isUnderWay(snapshotAt('x = a│'))).toBe(true);
    const second = ask('x = a│');
    asked[0]?.answer('a + b');
    expect(await second).toMatchObject({ text: ' + b', source: 'running' });
    expect(asked).toHaveLength(1);
  });

  it('is ended by a text that it does not agree with, and by no other', async () => {
    const { asked, ask } = held();
    const first = ask('x = │').catch((error: unknown) => error);
    asked[0]?.tell(said('a + b'));
    const second = ask('x = c│');
    expect(asked[0]?.signal.aborted).toBe(true);
    await expect(first).resolves.toMatchObject({ code: 'cancelled' });
    asked[1]?.answer('all()');
    expect(await second).toMatchObject({ text: 'all()', source: 'model' });
  });

  it('is answered from at its first whole line; the others are there when they are wanted', async () => {
    const { asked, ask } = held();
    const first = ask('def f():\n    │');
    asked[0]?.tell(said('a = 1\n    b'));
    expect(await first).toMatchObject({ text: 'a = 1' });
    const second = ask('def f():\n    a = 1\n    │');
    asked[0]?.answer('a = 1\n    b = 2');
    expect(await second).toMatchObject({ text: 'b = 2', source: 'running' });
    expect(asked).toHaveLength(1);
  });
});

describe('what follows a suggestion', () => {
  it('is asked for while that is read, and is there at the next line', async () => {
    const { asked, ask } = held({ ahead: true });
    const first = ask('def f():\n    return a│');
    asked[0]?.answer(' + b');
    expect(await first).toMatchObject({ text: ' + b' });
    expect(asked).toHaveLength(2);
    expect(asked[1]?.request.prompt).toMatchObject({ body: 'def f():\n    return a + b' });
    asked[1]?.answer('\n\ndef g():');
    await Promise.resolve();
    expect(await ask('def f():\n    return a + b│')).toMatchObject({ reason: 'the line is complete' });
    expect(await ask('def f():\n    return a + b\n\n│')).toMatchObject({ text: 'def g():', source: 'cache' });
  });
});

describe('what follows a suggestion and is nothing', () => {
  it('is asked for once, however long the suggestion is typed along', async () => {
    const { asked, ask } = held({ ahead: true });
    const first = ask('x = │');
    asked[0]?.answer('value');
    await first;
    asked[1]?.answer('');
    for (const drawing of ['x = v│', 'x = va│', 'x = val│']) {
      expect(await ask(drawing)).toMatchObject({ kind: 'offer', source: 'display' });
    }
    expect(asked).toHaveLength(2);
  });
});

describe('how sure the model has to be', () => {
  it('is what it is told, and nothing less is shown', async () => {
    const { asked, ask } = held({ threshold: 0.5 });
    const first = ask('x = │');
    expect(asked[0]?.request.minLogProbability).toBeCloseTo(Math.log(0.5));
    asked[0]?.answer('value', { logProbabilities: [Math.log(0.4)] });
    expect(await first).toMatchObject({ reason: 'the model was not sure enough' });
  });

  it('does not matter to somebody who asks', async () => {
    const { completer, asked, ask } = held({ threshold: 0.5 });
    const unsure = { logProbabilities: [Math.log(0.1)] };
    const first = ask('x = │');
    asked[0]?.answer('value', unsure);
    expect(await first).toMatchObject({ reason: 'the model was not sure enough' });
    // What was said is known to its end, so it is not said again.
    const again = await completer.complete(snapshotAt('x = │'), SIGNAL, { isExplicit: true });
    expect(again).toMatchObject({ text: 'value', source: 'cache' });

    const second = ask('y = │');
    asked[1]?.answer('', { stopReason: 'unlikely' });
    await second;
    const explicit = completer.complete(snapshotAt('y = │'), SIGNAL, { isExplicit: true });
    expect(asked[2]?.request.minLogProbability).toBeUndefined();
    asked[2]?.answer('other', unsure);
    expect(await explicit).toMatchObject({ text: 'other', source: 'model' });
  });

  it('does not matter without a gate', async () => {
    const { asked, ask } = held({ gate: false });
    const first = ask('x = │');
    expect(asked[0]?.request.minLogProbability).toBeUndefined();
    asked[0]?.answer('value', { logProbabilities: [Math.log(0.01)] });
    expect(await first).toMatchObject({ text: 'value' });
  });
});

it('what was rejected is not shown again at that place', async () => {
  const { asked, ask } = held();
  const first = ask('x = │');
  asked[0]?.answer('value');
  expect(await first).toMatchObject({ text: 'value' });
  const second = ask('x = o│');
  asked[1]?.answer('ther');
  await second;
  expect(await ask('x = │')).toMatchObject({ reason: 'rejected here before' });
});

it('a suggestion is still there when the lines have been indented', async () => {
  const { asked, ask } = held();
  const first = ask('a = 1\nb = │');
  asked[0]?.answer('a + 1');
  await first;
  expect(await ask('    a = 1\n    b = │')).toMatchObject({ text: 'a + 1', source: 'cache' });
});
