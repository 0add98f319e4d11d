// The browser that the editor tests look through: Debian's chromium, or whichever CHROMIUM_PATH names.
import { findOnPath } from './findOnPath.mjs';

export function findChromium() {
  return process.env.CHROMIUM_PATH || findOnPath('chromium', 'chromium-browser', 'google-chrome', 'chrome');
}
