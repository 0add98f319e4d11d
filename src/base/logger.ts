/** Where a component says what it did. Never source text: a log may be sent to somebody. */
export type Logger = {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
};
