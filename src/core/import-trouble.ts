/** What Node says of an import by name that a CommonJS package does not offer, in fewer words: its own hold the whole bundle. */

const notThere = /^Named export '([^']+)' not found\. The requested module '([^']+)' is a CommonJS module/;

export function importTrouble({ message }: Error): { message: string; hint: string } | undefined {
  const [, name, path] = notThere.exec(message) ?? [];
  if (name === undefined || path === undefined) return undefined;
  const local = path.replace(/^.*\/(?=[^/])/, '').replace(/\W.*$/, '');
  return {
    message: `'${path}' is a CommonJS package: Node cannot import '${name}' from it by name`,
    hint: `import its default instead: import ${local} from '${path}', then ${local}.${name}`,
  };
}
