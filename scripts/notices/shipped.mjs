// What other people made and we ship: packages inside the bundles or the extension package, what is compiled into
// ONNX Runtime's library, and the vocabulary. Facts only; the texts of the licences come from node_modules.

/** Packages of ours that end up with the user. `licenseFile` is missing where the package brings none. */
export const packages = [
  { name: '@lezer/common', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: '@lezer/highlight', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: '@lezer/lr', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: '@lezer/python', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'gpt-tokenizer', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'ignore', where: 'bundled into dist/', licenseFile: 'LICENSE-MIT' },
  { name: 'csv-parse', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'csv-stringify', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  {
    name: 'node-sqlite3-wasm',
    where: 'in dist/; SQLite in it is in the public domain',
    licenseFile: 'LICENSE',
  },
  {
    name: 'node-sql-parser',
    where: 'bundled into dist/',
    copyright: 'Copyright (c) taozhi8833998 and the contributors of node-sql-parser',
  },
  { name: 'big-integer', where: 'bundled into dist/; public domain', copyright: 'Peter Olson' },
  { name: 'systeminformation', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'yaml', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'yauzl', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'pend', where: 'bundled into dist/', licenseFile: 'LICENSE' },
  { name: 'onnxruntime-node', where: 'in node_modules/', copyright: 'Copyright (c) Microsoft Corporation' },
  { name: 'onnxruntime-common', where: 'in node_modules/', copyright: 'Copyright (c) Microsoft Corporation' },
];

/** What ONNX Runtime's library is made of besides itself, as far as it is built for the targets that we pack. */
export const insideOnnxRuntime = [
  { name: 'Abseil', license: 'Apache-2.0', copyright: 'The Abseil Authors' },
  { name: 'Boost.Mp11', license: 'BSL-1.0', copyright: 'Peter Dimov' },
  {
    name: 'cpuinfo',
    license: 'BSD-2-Clause',
    copyright: 'Google LLC, Facebook Inc., Georgia Institute of Technology',
  },
  { name: 'date', license: 'MIT', copyright: 'Howard Hinnant and others' },
  { name: 'Dawn and Tint', license: 'BSD-3-Clause', copyright: '2017-2023 The Dawn & Tint Authors' },
  {
    name: 'Eigen',
    license: 'MPL-2.0',
    copyright: 'the Eigen authors; source: <https://eigen.tuxfamily.org>',
  },
  { name: 'FlatBuffers', license: 'Apache-2.0', copyright: 'Google Inc.' },
  { name: 'GSL', license: 'MIT', copyright: 'Microsoft Corporation' },
  { name: 'JSON for Modern C++', license: 'MIT', copyright: 'Niels Lohmann' },
  { name: 'KleidiAI', license: 'Apache-2.0', copyright: 'Arm Limited and/or its affiliates' },
  { name: 'ONNX', license: 'Apache-2.0', copyright: 'the ONNX project contributors' },
  { name: 'Protocol Buffers', license: 'BSD-3-Clause', copyright: '2008 Google Inc.' },
  { name: 'RE2', license: 'BSD-3-Clause', copyright: '2009 The RE2 Authors' },
  { name: 'SafeInt', license: 'MIT', copyright: 'Microsoft Corporation' },
];

/** Where the text of each licence is taken from, and the words it starts with there, after the copyright lines. */
export const licenseTexts = [
  { license: 'MIT', file: 'gpt-tokenizer/LICENSE', from: 'Permission is hereby granted' },
  { license: 'ISC', file: 'yaml/LICENSE', from: 'Permission to use, copy, modify' },
  { license: 'BSD-2-Clause', file: 'entities/LICENSE', from: 'Redistribution and use' },
  { license: 'BSD-3-Clause', file: 'qs/LICENSE.md', from: 'Redistribution and use' },
  { license: 'Apache-2.0', file: 'typescript/LICENSE.txt', from: 'Apache License' },
];
