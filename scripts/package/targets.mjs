// The platforms that an extension package can be made for: those that onnxruntime-node brings native files for, and all
// others. A package for one holds only that one's files, which is what keeps it small.

/** VS Code's name of the target → the folder in onnxruntime-node's bin/napi-v6, if there is one. */
const nativeFolders = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'darwin-arm64': 'darwin/arm64',
  'win32-x64': 'win32/x64',
  'win32-arm64': 'win32/arm64',
  // For every other platform: the extension says there that no model can run.
  universal: undefined,
};

export const targets = Object.keys(nativeFolders);

export function nativeFolderOf(target) {
  if (!Object.hasOwn(nativeFolders, target))
    throw new Error(`No package can be made for ${target}: use one of ${targets.join(', ')}.`);
  return nativeFolders[target];
}
