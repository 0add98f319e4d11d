/** A GPU without a GPU: SwiftShader, a software Vulkan device that Debian's chromium carries. */
import { existsSync } from 'node:fs';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

export const hasSoftwareGpu = existsSync(DRIVER);

/** For this process, before a graphics device is first looked for in it. */
export function useSoftwareGpu(): void {
  process.env['VK_ICD_FILENAMES'] = DRIVER;
}

/**
 * The runtime's attention over 32 and more new tokens assumes groups of at least 8 lanes, and gives wrong results with
 * SwiftShader's 4. Shorter chunks take another kernel.
 */
export const SOUND_CHUNK_TOKENS = 31;
