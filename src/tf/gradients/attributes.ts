/** Attributes of TensorFlow's operations, in the binding's form. */
import type { NativeBackend, OpAttribute } from '../backend/binding.ts';

export const floatType = ({ binding }: NativeBackend, name: string): OpAttribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

export const intType = ({ binding }: NativeBackend, name: string): OpAttribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_INT32,
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
