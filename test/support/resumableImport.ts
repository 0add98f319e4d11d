/** The forms that the tests of interrupted imports choose from. */
import { FP32, type TensorForm } from '../../src/model/tensors.ts';

export function formOfBits(bits: number): TensorForm {
  return bits === 32 ? FP32 : { kind: 'blocks', bits: bits === 8 ? 8 : 4, block: 32 };
}
