/** A pickle that is no state dict, or no pickle, gives one sentence; whatever it asks for, nothing is run. */
import { describe, it } from 'vitest';
import {
  call,
  dict,
  int,
  list,
  named,
  opcode,
  reference,
  text,
  tuple,
  uint32,
  type Pickled,
} from '../../../support/pickleBytes.ts';
import { archiveOfPickle, expectTorchRefusal, spoiltArchive } from '../../../support/torchFile.ts';

/** Whatever is refused in a pickle. */
const badPickles: Record<string, [Pickled, string[]]> = {
  'a call of os.system': [
    Buffer.concat([call('posix.system', text('touch /tmp/harm')), opcode('0')]),
    ['"posix.system"', 'no state dict needs', 'nothing of it has been run', 'somebody you trust'],
  ],
  'a name that is only looked up': [named('builtins.eval'), ['"builtins.eval"']],
  'a name that is a property of every object': [named('constructor.x'), ['"constructor.x"']],
  'a storage that is called': [
    call('torch.FloatStorage', int(8)),
    ['torch.FloatStorage', 'type of a storage'],
  ],
  'an instruction that makes objects': [
    Buffer.concat([named('collections.OrderedDict'), opcode(')\x81')]),
    ['instruction 0x81', 'byte 28'],
  ],
  'the instruction that builds names from the stack': [
    Buffer.concat([text('os'), text('system'), opcode('\x93')]),
    ['instruction 0x93'],
  ],
  'the instruction of old classes': [Buffer.from('(ios\nsystem\n'), ['instruction 0x69']],
  'a frame of protocol 4': [Buffer.concat([opcode('\x95'), Buffer.alloc(8)]), ['instruction 0x95']],
  'a pickle in protocol 4': [Buffer.from([0x80, 4]), ['protocol 4']],
  'a list': [list(text('a')), ['not a state dict']],
  'nothing at all': [Buffer.alloc(0), ['empty stack']],
  'a tuple of three where there are two': [Buffer.concat([int(1), int(2), opcode('\x87')]), ['empty stack']],
  'a mark that is not there': [opcode('t'), ['mark that is not there']],
  'a value below a mark': [Buffer.concat([int(1), opcode('('), opcode('\x85')]), ['empty stack']],
  'a recalled value that was never stored': [
    Buffer.concat([opcode('h'), Buffer.from([9])]),
    ['recalls value 9'],
  ],
  'an item for something that is not a dict': [
    Buffer.concat([int(1), text('a'), int(2), opcode('s')]),
    ['not a dict'],
  ],
  'a key without a value': [Buffer.concat([opcode('}('), text('a'), opcode('u')]), ['not a dict']],
  'an element for something that is not a list': [
    Buffer.concat([opcode('}'), int(2), opcode('a')]),
    ['not a list'],
  ],
  'attributes of a list': [Buffer.concat([opcode(']}'), opcode('b')]), ['attributes']],
  'a text that is longer than the file': [
    Buffer.concat([opcode('X'), uint32(9_000), Buffer.from('short')]),
    ['ends at byte', 'too early'],
  ],
  'a text of four gigabytes': [Buffer.concat([opcode('X'), uint32(0xffffffff)]), ['4294967295 bytes']],
  'a call of something that is not a name': [
    Buffer.concat([int(1), opcode(')R')]),
    ['something else than a name'],
  ],
  'a million instructions': [Buffer.concat([dict(), Buffer.alloc(1_000_000, 'N')]), ['more than 500000']],
  'an OrderedDict of something': [call('collections.OrderedDict', list()), ['OrderedDict of something']],
  'a reference to something else': [reference(text('module')), ['something else than a storage']],
  'a storage of a type that is none': [
    reference(tuple(text('storage'), named('torch.Size'), text('0'), text('cpu'), int(1))),
    ['something else than a storage'],
  ],
  'a tensor without a storage': [
    call('torch._utils._rebuild_tensor_v2', int(1)),
    ['a way that PyTorch does not'],
  ],
};

describe('refuses a pickle with', () => {
  it.each(Object.entries(badPickles))('%s', (_, [value, parts]) =>
    expectTorchRefusal(archiveOfPickle(value), parts),
  );

  it('nothing in it', () =>
    expectTorchRefusal(
      spoiltArchive((files) => (files['model/data.pkl'] = { bytes: Buffer.alloc(0) })),
      ['too early'],
    ));
});
