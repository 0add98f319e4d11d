// The options of a script; another one ends it with a sentence.
import { parseArgs } from 'node:util';

/** @param options as parseArgs takes them */
export function readOptions(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`);
    console.error(`${error.message.split('. ')[0]}. There is ${names.join(', ')}.`);
    process.exit(1);
  }
}
