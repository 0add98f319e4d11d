// The platforms that an extension package can be made for: those that onnxruntime-node brings native files for.
// A package for one holds only that one's files, which is what keeps it small.

/** VS Code's name of the target → the folder in onnxruntime-node's bin/napi-v6. */
const nativeFolders = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'darwin-arm64': 'darwin/arm64',
  'win32-x64': 'win32/x64',
  'win32-arm64': 'win32/arm64',
};

export const targets = Object.keys(nativeFolders);

export function nativeFolderOf(target) {
  const folder = nativeFolders[target];
  if (!folder) throw new Error(`No package can be made for ${target}: use one of ${targets.join(', ')}.`);
  return folder;
}
