/** The host that models come from: Hugging Face's hub, or a mirror that answers as it does. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { isLoopbackHttp, type Token } from './connection.ts';

export const DEFAULT_HUB = 'https://huggingface.co';

/** Where models come from, and what a request to it goes with. */
export type Hub = {
  /** Ends with a slash: a mirror may lie in a folder of its host. */
  readonly base: URL;
  readonly token: Token | undefined;
  readonly onLoopback: boolean;
};

/** @param address as the user writes it; empty is Hugging Face's */
export function hubBase(address: string): URL {
  const text = address.trim() === '' ? DEFAULT_HUB : address.trim();
  const base = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = base !== undefined && (base.protocol === 'https:' || isLoopbackHttp(base));
  if (!isSafe || base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') {
    throw new UserError(
      'bad-argument',
      say`The hub "${text}" is no address that models can be fetched from. Write one that begins with https://, in the setting "gptj.hubHost"; http:// is for this machine alone.`,
    );
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

/** @param token as the user pastes it; empty is none */
export function hubAt(address: string, token: string | undefined): Hub {
  const base = hubBase(address);
  const value = token?.trim() ?? '';
  const sent = value === '' ? undefined : { origin: base.origin, value: checkToken(value) };
  return { base, token: sent, onLoopback: isLoopbackHttp(base) };
}

export function isToken(value: string): boolean {
  return /^[\x21-\x7e]{1,500}$/.test(value);
}

/** Anything else could not be sent, or would say more than it should. */
function checkToken(value: string): string {
  if (isToken(value)) return value;
  throw new UserError(
    'bad-argument',
    'The access token has characters that no token has. Set it again with "GPT-J: Set Hub Access Token…".',
  );
}
