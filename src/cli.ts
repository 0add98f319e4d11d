/** The engine from a terminal: `node dist/cli.js <command> …`. Answers go to stdout, everything else to stderr. */
import { UserError, messageOf } from './base/userError.ts';
import { benchCommand } from './cli/bench.ts';
import { Arguments, type Command } from './cli/command.ts';
import { completeCommand } from './cli/complete.ts';
import { doctorCommand } from './cli/doctor.ts';
import { evalExplainCommand } from './cli/evalExplain.ts';
import { evalSqlCommand } from './cli/evalSql.ts';
import { evalTypingCommand } from './cli/evalTyping.ts';
import { explainCommand } from './cli/explain.ts';
import { generateCommand } from './cli/generate.ts';
import { getCommand } from './cli/get.ts';
import { importCommand } from './cli/import.ts';
import { logitsCommand } from './cli/logits.ts';
import { scoreCommand } from './cli/score.ts';
import { sqlCommand } from './cli/tasks.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  complete: completeCommand,
  explain: explainCommand,
  sql: sqlCommand,
  import: importCommand,
  get: getCommand,
  generate: generateCommand,
  logits: logitsCommand,
  score: scoreCommand,
  'eval typing': evalTypingCommand,
  'eval explain': evalExplainCommand,
  'eval sql': evalSqlCommand,
  bench: benchCommand,
  doctor: doctorCommand,
};

async function main(words: readonly string[]): Promise<void> {
  const { name, argv } = splitName(words);
  if (name === '' || name === 'help' || name === '--help') {
    print(help());
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new UserError('bad-argument', unknownCommand(name));
  if (argv.includes('--help')) {
    print(`${name} ${command.usage}\n\n${command.summary}`);
    return;
  }
  const args = new Arguments(argv, command);
  const { json, text, isFailure = false } = await command.run(args);
  print(args.flag('json') ? JSON.stringify(json) : text);
  if (isFailure) process.exitCode = 1;
}

/** The name of a command is one word, or two. */
function splitName([first = '', ...rest]: readonly string[]): { name: string; argv: readonly string[] } {
  const isFirstOfTwo = Object.keys(COMMANDS).some((name) => name.startsWith(`${first} `));
  const [second = '', ...argv] = rest;
  return isFirstOfTwo && /^\w/.test(second)
    ? { name: `${first} ${second}`, argv }
    : { name: first, argv: rest };
}

function unknownCommand(name: string): string {
  const longer = Object.keys(COMMANDS).filter((known) => known.startsWith(`${name} `));
  return longer.length === 0
    ? `There is no command "${name}". See --help.`
    : `"${name}" alone is no command: there is ${longer.join(', ')}.`;
}

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'node dist/cli.js <command> [--json]; <command> --help tells its options',
    '',
    ...lines,
    '',
    'With --json the last line of stdout is one JSON object. --model names a model folder; the starter otherwise.',
  ].join('\n');
}

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
