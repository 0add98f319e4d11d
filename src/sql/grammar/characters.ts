/** Kinds of bytes in a statement. */
import { isTextByte, isWordByte } from '../../base/grammar.ts';

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Bytes of other characters than ASCII belong to names. */
export function isNameByte(byte: number): boolean {
  return isWordByte(byte) || byte >= 0x80 || byte === 0x24;
}

export function isControl(byte: number): boolean {
  return !isTextByte(byte) && (byte < 0x20 || byte === 0x7f);
}
