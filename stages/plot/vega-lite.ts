/** Vega-Lite, without the method it leaves on every Set of the process: the next step of a worker would find it there. */
import { compile as compileSpec } from 'vega-lite';

/** How Vega-Lite writes sets as text while it compiles. */
const toJSON = Object.getOwnPropertyDescriptor(Set.prototype, 'toJSON');
Reflect.deleteProperty(Set.prototype, 'toJSON');

export const compile: typeof compileSpec = (spec, options) => {
  if (toJSON) Object.defineProperty(Set.prototype, 'toJSON', toJSON);
  try {
    return compileSpec(spec, options);
  } finally {
    Reflect.deleteProperty(Set.prototype, 'toJSON');
  }
};
