/**
 * A hub on this machine's loopback, as Hugging Face's answers, with one repository of the files of a folder. Large files
 * lie on a second host, to which it redirects. Both can be made to misbehave.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export const REPOSITORY = 'someone/gptj-tiny';
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export type Seen = {
  readonly method: string;
  /** On the second host they begin with `/large/`. */
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
};

/** Answers a request in place of the server, or says that it does not. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What stands in for a file of hundreds of megabytes. */
const LARGE = /\.(?:safetensors|bin)$/;

export class HubServer {
  readonly files = new Map<string, Buffer>();
  readonly requests: Seen[] = [];
  /** Asked before anything else, by both hosts. */
  answer: Answer = () => false;
  /** Fields of the listing that are not as they should be. */
  listing: Readonly<Record<string, unknown>> = {};
  readonly #hub: Server;
  readonly #store: Server;

  private constructor() {
    this.#hub = createServer((request, response) => this.#serve(request, response, this.#serveHub));
    this.#store = createServer((request, response) => this.#serve(request, response, this.#serveLarge));
  }

  static async start(files: Readonly<Record<string, Buffer | string>> = {}): Promise<HubServer> {
    const server = new HubServer();
    for (const [name, content] of Object.entries(files)) server.files.set(name, Buffer.from(content));
    for (const one of [server.#hub, server.#store]) {
      one.listen(0, '127.0.0.1');
      await once(one, 'listening');
    }
    return server;
  }

  static async startWith(folder: string): Promise<HubServer> {
    const names = await readdir(folder);
    const entries = names.map(async (name) => [name, await readFile(path.join(folder, name))] as const);
    return HubServer.start(Object.fromEntries(await Promise.all(entries)));
  }

  get origin(): string {
    return `http://127.0.0.1:${portOf(this.#hub)}`;
  }

  /** Another host, by name as well as by port. */
  get storeOrigin(): string {
    return `http://localhost:${portOf(this.#store)}`;
  }

  /** What was asked for of one file, by both hosts, in order. */
  requestsFor(name: string): Seen[] {
    const paths = [`/large/${name}`, `/${REPOSITORY}/resolve/${COMMIT}/${name}`];
    return this.requests.filter((request) => paths.includes(request.path.split('?')[0] ?? ''));
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse, serve: Answer): void {
    const { range, authorization, 'if-range': ifRange } = request.headers;
    const { method = '', url = '' } = request;
    this.requests.push({ method, path: url, range, ifRange: ifRange as string | undefined, authorization });
    if (this.answer(request, response) || serve(request, response)) return;
    response.writeHead(404).end('{}');
  }

  readonly #serveHub: Answer = ({ url = '', headers }, response) => {
    const [address] = url.split('?');
    if (address?.startsWith(`/api/models/${REPOSITORY}/revision/`) === true) {
      response.end(JSON.stringify({ ...this.#describe(), ...this.listing }));
      return true;
    }
    const name = nameIn(address ?? '', `/${REPOSITORY}/resolve/${COMMIT}/`);
    const content = name === undefined ? undefined : this.files.get(name);
    if (name === undefined || content === undefined) return false;
    if (LARGE.test(name))
      response.writeHead(302, { location: `${this.storeOrigin}/large/${name}?signature=secret` }).end();
    else sendFile(response, content, headers);
    return true;
  };

  readonly #serveLarge: Answer = ({ url = '', headers }, response) => {
    const content = this.files.get(nameIn(url.split('?')[0] ?? '', '/large/') ?? '');
    if (content === undefined) return false;
    sendFile(response, content, headers);
    return true;
  };

  #describe(): Readonly<Record<string, unknown>> {
    const siblings = [...this.files].map(([rfilename, content]) => ({
      ...{ rfilename, size: content.length, blobId: gitBlob(content) },
      ...(LARGE.test(rfilename) && {
        lfs: { sha256: sha256(content), size: content.length, pointerSize: 134 },
      }),
    }));
    return { id: REPOSITORY, sha: COMMIT, tags: ['pytorch', 'license:apache-2.0'], siblings };
  }
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A file, or the rest of it, as a server of static files sends it. */
export function sendFile(
  response: ServerResponse,
  content: Buffer,
  { range, 'if-range': ifRange }: IncomingMessage['headers'],
): void {
  const etag = etagOf(content);
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN);
  const isRest = Number.isInteger(from) && (ifRange === undefined || ifRange === etag);
  if (isRest && from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const body = isRest ? content.subarray(from) : content;
  response.writeHead(isRest ? 206 : 200, {
    ...{ etag, 'accept-ranges': 'bytes', 'content-length': body.length },
    ...(isRest && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  response.end(body);
}

/** Kept, since hashing a large file would take longer than sending it. */
const etags = new WeakMap<Buffer, string>();

function etagOf(content: Buffer): string {
  const known = etags.get(content);
  if (known !== undefined) return known;
  const etag = `"${sha256(content)}"`;
  etags.set(content, etag);
  return etag;
}

function nameIn(address: string, prefix: string): string | undefined {
  return address.startsWith(prefix) ? address.slice(prefix.length) : undefined;
}

function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
