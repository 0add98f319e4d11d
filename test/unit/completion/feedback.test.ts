import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLD, Feedback, type Thresholds } from '../../../src/completion/feedback.ts';
import type { Offer } from '../../../src/completion/outcome.ts';
import { snapshotAt } from '../../support/drawing.ts';

const offer = (text: string): Offer => ({ kind: 'offer', text, source: 'model', probability: 0.5 });

/** Shows a text at one place, then sees another. */
function after(
  shownAt: string,
  text: string,
  ...seen: string[]
): { feedback: Feedback; learned: Thresholds[] } {
  const learned: Thresholds[] = [];
  const feedback = new Feedback({}, (thresholds) => learned.push(thresholds));
  feedback.shown(snapshotAt(shownAt), offer(text));
  for (const drawing of seen) feedback.follow(snapshotAt(drawing));
  return { feedback, learned };
}

describe('what became of a suggestion', () => {
  it.each([
    ['all of it was accepted', 'x = ab│', 'surer is less needed', -1],
    ['more was typed behind it', 'x = ab.│', 'surer is less needed', -1],
    ['something else was typed', 'x = c│', 'surer is needed', 1],
    ['it is being typed along', 'x = a│', 'nothing', 0],
    ['nothing was typed', 'x = │', 'nothing', 0],
    ['the cursor is elsewhere', 'y = │', 'nothing', 0],
    ['the beginning was deleted', 'x =│', 'nothing', 0],
  ])('%s: %s, %s', (_, seen, __, direction) => {
    const { feedback, learned } = after('x = │', 'ab', seen);
    expect(Math.sign(feedback.thresholdOf('python') - DEFAULT_THRESHOLD)).toBe(direction);
    expect(learned).toHaveLength(Math.abs(direction));
    expect(feedback.thresholdOf('sql')).toBe(DEFAULT_THRESHOLD);
  });

  it('is learned once', () => {
    expect(after('x = │', 'ab', 'x = c│', 'x = cd│').learned).toHaveLength(1);
  });

  it('is kept between what must be and what may be, and starts from what was learned before', () => {
    const feedback = new Feedback({ python: 0.5 });
    expect(feedback.thresholdOf('python')).toBe(0.5);
    const often = (text: string, seen: string) => {
      for (let n = 0; n < 500; n++) {
        feedback.shown(snapshotAt('x = │'), offer(text));
        feedback.follow(snapshotAt(seen));
      }
      return feedback.thresholdOf('python');
    };
    expect(often('ab', 'x = c│')).toBe(0.6);
    expect(often('ab', 'x = ab│')).toBe(0.15);
    feedback.reset();
    expect(feedback.thresholdOf('python')).toBe(DEFAULT_THRESHOLD);
  });
});

describe('what was rejected', () => {
  it('is not shown again at that place, and may be at others', () => {
    const { feedback } = after('x = │', 'ab', 'x = c│');
    expect(feedback.wasRejected(snapshotAt('x = │'), 'ab')).toBe(true);
    expect(feedback.wasRejected(snapshotAt('x = │'), 'abc')).toBe(false);
    expect(feedback.wasRejected(snapshotAt('y = │'), 'ab')).toBe(false);
    feedback.reset();
    expect(feedback.wasRejected(snapshotAt('x = │'), 'ab')).toBe(false);
  });
});

describe('what is on display', () => {
  it('stays as it is while it is typed along', () => {
    const { feedback } = after('x = │', 'abc');
    expect(feedback.onDisplay(snapshotAt('x = a│'))).toMatchObject({ text: 'bc', source: 'display' });
    expect(feedback.onDisplay(snapshotAt('x = abc│'))).toBeUndefined();
    expect(feedback.onDisplay(snapshotAt('x = b│'))).toBeUndefined();
  });
});
