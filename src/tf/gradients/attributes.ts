/** Attributes of TensorFlow's operations, in the binding's form. */
import type { DataType } from '@tensorflow/tfjs-core';
import type { NativeBackend, OpAttribute } from '../backend/binding.ts';

export const type = (backend: NativeBackend, name: string, dtype: DataType = 'float32'): OpAttribute => ({
  name,
  type: backend.binding.TF_ATTR_TYPE,
  value: backend.getDTypeInteger(dtype),
});

export const float = ({ binding }: NativeBackend, name: string, value: number): OpAttribute => ({
  name,
  type: binding.TF_ATTR_FLOAT,
  value,
});

export const flag = ({ binding }: NativeBackend, name: string, value: boolean): OpAttribute => ({
  name,
  type: binding.TF_ATTR_BOOL,
  value,
});

export const text = ({ binding }: NativeBackend, name: string, value: string): OpAttribute => ({
  name,
  type: binding.TF_ATTR_STRING,
  value,
});
