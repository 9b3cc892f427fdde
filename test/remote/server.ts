/** A small server of files, as a shared cache asks for them; it can be told to misbehave. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  readonly url: string;
  readonly files: Map<string, Buffer>;
  /** Requests so far, as `GET v1/…`. */
  readonly asked: string[];
  /** Answers instead of the server while it is set; false lets the server go on. */
  trouble: ((asked: IncomingMessage, answer: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!.replace(/^\/cache\//, '');
    asked.push(`${request.method!} ${path}`);
    if (self.trouble?.(request, response)) return;
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        files.set(path, Buffer.concat(chunks));
        response.writeHead(201).end();
      });
      return;
    }
    const found = files.get(path);
    if (!found) response.writeHead(404).end('none');
    else
      response.writeHead(200, { 'content-length': found.length }).end(request.method === 'HEAD' ? '' : found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cache/`,
    files,
    asked,
    trouble: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return self;
}
